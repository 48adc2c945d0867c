/*
 * The page's beginning. What the address asks for is on its way before the first line of the interface is read: the
 * interface is the largest part, and nothing of it is needed to ask.
 */
import "./ui/base.css";
import "./ui/tokens.css";
import "@fontsource-variable/inter/wght.css";
import { keepServerClock } from "./api/server-clock.ts";
import { routes } from "./app/routes.ts";
import { startI18n } from "./i18n/i18n.ts";
import { findRoute } from "./navigation/match-path.ts";
import { startTheme } from "./ui/theme.ts";

/** Pages of a server that is being replaced do not all come back at once. */
const RELOAD_MS = 2_000;

performance.mark("torilla:begin");
startTheme();
const found = findRoute(routes, location.pathname);
found?.route.prepare?.(found.params);
// Its failure is reported when it is asked for again, to be shown.
found?.route.load().catch(() => {});
keepServerClock();
Promise.all([import("./app/show.tsx"), startI18n()]).then(([{ show }]) => show(), loadAnew);

/** A piece could not be fetched: no network, or a newer version is installed. */
function loadAnew(): void {
  setTimeout(() => location.reload(), RELOAD_MS * (1 + Math.random()));
}
