import { Loading } from "../../ui/spinner.tsx";

export function ReplayPage() {
  return <Loading />;
}
