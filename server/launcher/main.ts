/* `node server/launcher/main.ts [--dev]`: starts Torilla and stays until it is told to end. */
import { runLauncher } from "./run-launcher.ts";

await runLauncher({ isDev: process.argv.includes("--dev") });
