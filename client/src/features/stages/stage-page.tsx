import { Loading } from "../../ui/spinner.tsx";

export function StagePage() {
  return <Loading />;
}
