import { Loading } from "../../ui/spinner.tsx";

export function ManagePage() {
  return <Loading />;
}
