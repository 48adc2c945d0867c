/*
 * What this launcher has started, on disk, so that the next one can end what outlived it: processes end by
 * themselves when their launcher is gone, but not one that hangs.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { monotonicMs } from "../../media/monotonic.ts";
import { isAlive, startMarkOf } from "../platform/process-table.ts";

interface Entry {
  name: string;
  pid: number;
  /** Tells the process from a later one with the same pid. */
  startMark: string | null;
}

const GRACE_MS = 6_000;
const KILL_MS = 3_000;

export class ProcessRecord {
  readonly #file: string;
  readonly #entries = new Map<string, Entry>();

  constructor(file: string) {
    this.#file = file;
  }

  set(name: string, pid: number | null): void {
    if (pid === null) this.#entries.delete(name);
    else this.#entries.set(name, { name, pid, startMark: startMarkOf(pid) });
    const fresh = `${this.#file}.new`;
    try {
      writeFileSync(fresh, JSON.stringify([...this.#entries.values()]), { mode: 0o600 });
      renameSync(fresh, this.#file);
    } catch {
      // A full disk must not end what runs; only a later clean-up knows less.
    }
  }

  /** Waits for an earlier launcher's processes, then ends their groups. Returns the names of those it had to end. */
  async endLeftovers(graceMs = GRACE_MS): Promise<string[]> {
    const isThere = (entry: Entry) => isAlive(entry.pid) && startMarkOf(entry.pid) === entry.startMark;
    let left = this.#readEntries().filter(isThere);
    for (
      const deadline = monotonicMs() + graceMs;
      left.length > 0 && monotonicMs() < deadline;
      await sleep(100)
    )
      left = left.filter(isThere);
    for (const { pid } of left) killGroup(pid);
    // Their ports are free only when they are gone.
    for (const deadline = monotonicMs() + KILL_MS; left.some(isThere) && monotonicMs() < deadline; )
      await sleep(20);
    return left.map(({ name }) => name);
  }

  #readEntries(): Entry[] {
    try {
      const entries: unknown = JSON.parse(readFileSync(this.#file, "utf8"));
      return Array.isArray(entries) ? entries.filter((one) => Number.isInteger(one?.pid) && one.pid > 1) : [];
    } catch {
      return [];
    }
  }
}

function killGroup(pid: number): void {
  for (const target of [-pid, pid])
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // Gone between the look and the signal.
    }
}
