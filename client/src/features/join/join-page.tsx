import { Loading } from "../../ui/spinner.tsx";

export function JoinPage() {
  return <Loading />;
}
