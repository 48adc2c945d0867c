import { Loading } from "../../ui/spinner.tsx";

export function EventsPage() {
  return <Loading />;
}
