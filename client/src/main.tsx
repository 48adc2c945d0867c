import "./ui/base.css";
import "./ui/tokens.css";
import "@fontsource-variable/inter/wght.css";
import { createRoot } from "react-dom/client";
import { readServerClock } from "./api/server-clock.ts";
import { App } from "./app/app.tsx";
import { startI18n } from "./i18n/i18n.ts";
import { startTheme } from "./ui/theme.ts";

startTheme();
// Countdowns fall back to the computer's own clock when this fails.
readServerClock().catch(() => {});
startI18n().then(
  () => createRoot(document.getElementById("root")!).render(<App />),
  () => location.reload(),
);
