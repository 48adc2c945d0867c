import { Loading } from "../../ui/spinner.tsx";

export function ScreenPage() {
  return <Loading />;
}
