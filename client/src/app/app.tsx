import { Router } from "../navigation/router.tsx";
import { Loading } from "../ui/spinner.tsx";
import { AppShell } from "./app-shell.tsx";
import { BareShell } from "./bare-shell.tsx";
import { NotFoundPage } from "./not-found-page.tsx";
import { RouteErrorPage } from "./route-error-page.tsx";
import { routes } from "./routes.ts";

const shells = { app: AppShell, bare: BareShell };

export function App() {
  return (
    <Router
      routes={routes}
      notFound={NotFoundPage}
      shells={shells}
      loading={<Loading />}
      failed={RouteErrorPage}
    />
  );
}
