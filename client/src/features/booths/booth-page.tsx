import { Loading } from "../../ui/spinner.tsx";

export function BoothPage() {
  return <Loading />;
}
