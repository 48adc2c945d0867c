import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import pg from "pg";
import { demoLinksFile } from "./demo-links.ts";

const SEED_TIMEOUT_MS = 300_000;

export interface SeedOptions {
  /** Idempotent program; reads the settings from its environment. */
  script: string;
  cwd: string;
  dataDir: string;
  databaseUrl: string;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** Makes the demo event unless it is there. `true` when it was made now. @throws Error with the seed's last lines */
export async function seedDemo(options: SeedOptions): Promise<boolean> {
  if (existsSync(demoLinksFile(options.dataDir)) && (await hasEvents(options.databaseUrl))) return false;
  try {
    await promisify(execFile)(process.execPath, ["--disable-warning=ExperimentalWarning", options.script], {
      cwd: options.cwd,
      env: options.env,
      signal: options.signal,
      timeout: SEED_TIMEOUT_MS,
      maxBuffer: 16 * 1024 * 1024,
    });
    return true;
  } catch (error) {
    const { stderr = "", message } = error as { stderr?: string; message: string };
    const lines = stderr.trim().split("\n").slice(-8).join("\n");
    throw new Error(`The demo event could not be made:\n${lines || message}`);
  }
}

async function hasEvents(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query('SELECT 1 FROM "Event" LIMIT 1')).rowCount === 1;
  } finally {
    await client.end();
  }
}
