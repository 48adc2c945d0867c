/*
 * A launcher as a child process on a data folder and ports of its own, with stand-ins for server and media node
 * (tests/fixtures/launcher). `end()` leaves nothing behind.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT_DIR } from "../../server/config.ts";
import { isAlive } from "../../server/platform/process-table.ts";
import { findFreePort } from "./free-port.ts";
import { waitFor } from "./wait-for.ts";

/** One for each worker, as many as a test may ask for. */
const MEDIA_PORTS = 4;

export interface Place {
  dataDir: string;
  port: number;
  env: NodeJS.ProcessEnv;
  remove(): void;
}

/** A data folder and ports for one launcher after another. */
export async function createPlace(): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), "torilla-launch-"));
  chmodSync(dataDir, 0o711);
  const [port, mediaPort] = [await findFreePort(), await findFreePort(MEDIA_PORTS)];
  const env = {
    ...process.env,
    TORILLA_DATA_DIR: dataDir,
    PORT: String(port),
    HOST: "127.0.0.1",
    TORILLA_PUBLIC_URL: `http://localhost:${port}`,
    TORILLA_MEDIA_PORT: String(mediaPort),
    TORILLA_MEDIA_WORKERS: "1",
    TORILLA_METRICS_PORT: "0",
    DATABASE_URL: "",
  };
  return { dataDir, port, env, remove: () => rmSync(dataDir, { recursive: true, force: true }) };
}

export interface Launched {
  child: ChildProcess;
  /** All that it printed so far. */
  text(): string;
  /** Resolves with the exit code (or the signal's name). */
  exited: Promise<number | string>;
  says(pattern: RegExp, timeoutMs?: number): Promise<void>;
}

export function launch(place: Place, options: { env?: NodeJS.ProcessEnv; script?: string } = {}): Launched {
  const script = options.script ?? "tests/fixtures/launcher/main.ts";
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", join(ROOT_DIR, script)], {
    cwd: ROOT_DIR,
    env: { ...place.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  const exited = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "?"));
  });
  return {
    child,
    text: () => text,
    exited,
    says: async (pattern, timeoutMs = 40_000) => {
      const look = () => {
        if (!pattern.test(text) && child.exitCode !== null) throw new Error(`it ended, and said:\n${text}`);
        return pattern.test(text);
      };
      await waitFor(look, { timeoutMs, what: `"${pattern}" in:\n${text}\n—` });
    },
  };
}

/** The process ids of what the launcher runs now. */
export function recordedPids(place: Place): Record<string, number> {
  const entries = JSON.parse(readFileSync(join(place.dataDir, "run/processes.json"), "utf8"));
  const pids = Object.fromEntries(entries.map(({ name, pid }: { name: string; pid: number }) => [name, pid]));
  const postmaster = readFileSync(join(place.dataDir, "pg/cluster/postmaster.pid"), "utf8");
  return { ...pids, postgres: Number(postmaster.split("\n")[0]) };
}

export async function waitUntilGone(pids: number[], timeoutMs = 10_000): Promise<void> {
  await waitFor(() => pids.every((pid) => !isAlive(pid)), {
    timeoutMs,
    what: `the end of ${pids.join(", ")}`,
  });
}
