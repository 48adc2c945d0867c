import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, isPostmasterOf } from "../process-table.ts";

/** Fast shutdown: sessions are ended, nothing needs recovery. */
const FAST_STOP_MS = 10_000;
const IMMEDIATE_STOP_MS = 5_000;

/** First line of postmaster.pid; `null` when there is none. */
export function readPostmasterPid(clusterDir: string): number | null {
  const file = join(clusterDir, "postmaster.pid");
  if (!existsSync(file)) return null;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  return Number.isInteger(pid) && pid > 1 ? pid : null;
}

/**
 * Ends a postmaster that an earlier launcher left behind; the caller holds the folder's lock, so nobody uses it.
 * Starting again costs 40 ms and gives us the child that we can watch, which adopting would not. A pid file whose
 * process is another program by now, or a zombie, or that a crash left empty, is removed: PostgreSQL itself would refuse to start over it.
 */
export async function endOrphan(clusterDir: string): Promise<void> {
  const pid = readPostmasterPid(clusterDir);
  const isOurs = () => pid !== null && isAlive(pid) && isPostmasterOf(pid, clusterDir);
  if (pid !== null && isOurs()) {
    process.kill(pid, "SIGINT");
    if (!(await gone(isOurs, FAST_STOP_MS))) process.kill(pid, "SIGQUIT");
    if (!(await gone(isOurs, IMMEDIATE_STOP_MS)))
      throw new Error(
        `An earlier PostgreSQL (process ${pid}) does not end. Stop it by hand and start again.`,
      );
  }
  rmSync(join(clusterDir, "postmaster.pid"), { force: true });
}

async function gone(isThere: () => boolean, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(50))
    if (!isThere()) return true;
  return !isThere();
}
