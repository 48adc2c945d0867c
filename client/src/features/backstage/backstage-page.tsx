import { Loading } from "../../ui/spinner.tsx";

export function BackstagePage() {
  return <Loading />;
}
