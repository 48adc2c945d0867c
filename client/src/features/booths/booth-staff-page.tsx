import { Loading } from "../../ui/spinner.tsx";

export function BoothStaffPage() {
  return <Loading />;
}
