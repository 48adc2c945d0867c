/*
 * The launcher as a process: settings, signals, exit codes. 0 after an ordered stop, 1 when a step failed, 2 for
 * wrong settings, 130 after a second Ctrl-C.
 */
import { ReportedError } from "../../scripts/setup/reporter.mjs";
import { type Config, ConfigError, loadConfig } from "../config.ts";
import { Launcher, type LauncherOptions } from "./launcher.ts";

const STOP_LIMIT_MS = 10_000;

/** Returns when all serves; the process then lives until it is told to end. */
export async function runLauncher(options: Pick<LauncherOptions, "isDev" | "scripts" | "probeIntervalMs">) {
  const launcher = new Launcher({ ...options, config: readSettings(), env: process.env });
  let isEnding = false;

  async function end(why: string, exitCode: number): Promise<void> {
    if (isEnding) {
      launcher.kill();
      process.exit(130);
    }
    isEnding = true;
    console.log(`\n${why}: stopping (again to stop at once)`);
    setTimeout(() => {
      launcher.kill();
      process.exit(1);
    }, STOP_LIMIT_MS).unref();
    await launcher.stop();
    console.log("Stopped.");
    process.exit(exitCode);
  }

  // The terminal may go before we do.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  process.on("SIGINT", () => void end("Ctrl-C", 0));
  process.on("SIGTERM", () => void end("SIGTERM", 0));
  process.on("SIGHUP", () => void end("The terminal closed", 0));
  process.once("disconnect", () => void end("npm start is gone", 0));
  process.on("uncaughtException", (error) => {
    console.error("✗ launcher:", error);
    void end("A failure that nobody caught", 1);
  });

  try {
    await launcher.start();
  } catch (error) {
    if (isEnding) return;
    isEnding = true;
    if (!(error instanceof ReportedError)) console.error("✗ launcher:", error);
    await launcher.stop();
    process.exit(1);
  }
}

function readSettings(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(
      `✗ settings: ${error.message}\n  What to do: correct them in .env or the environment; see .env.example.`,
    );
    process.exit(2);
  }
}
