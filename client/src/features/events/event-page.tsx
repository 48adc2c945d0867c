import { Loading } from "../../ui/spinner.tsx";

export function EventPage() {
  return <Loading />;
}
