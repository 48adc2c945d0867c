import { execFile } from "node:child_process";
import { promisify } from "node:util";

const SEED_TIMEOUT_MS = 300_000;

export interface SeedOptions {
  /** Idempotent program; reads the settings from its environment. */
  script: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Makes the demo event, or moves the one that is there to today. @throws Error with the seed's last lines */
export async function seedDemo(options: SeedOptions): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ["--disable-warning=ExperimentalWarning", options.script], {
      cwd: options.cwd,
      env: options.env,
      signal: options.signal,
      timeout: SEED_TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    const lines = stderr.trim().split("\n").slice(-8).join("\n");
    throw new Error(`The demo event could not be made:\n${lines || message}`);
  }
}
