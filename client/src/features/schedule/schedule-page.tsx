import { Loading } from "../../ui/spinner.tsx";

export function SchedulePage() {
  return <Loading />;
}
