import { readdirSync, readFileSync } from "node:fs";

/** USER_HZ: fixed at 100 in what Linux shows to programs (proc(5)). */
const TICKS_PER_SECOND = 100;

/** Fields of /proc/PID/stat after the name, which may hold blanks and brackets. `null` when the process is gone. */
function statOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return null;
  }
}

/** CPU seconds that all threads of a process used so far, user and system. 0 when it is gone. */
export function cpuSeconds(pid: number): number {
  const stat = statOf(pid);
  return stat === null ? 0 : (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND;
}

/** Process ids of a process and of all that descend from it. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(statOf(Number(name))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (const one of tree) tree.push(...(children.get(one) ?? []));
  return tree;
}

/** CPU seconds of a process and its descendants, ended and awaited children included. */
export function cpuSecondsOfTree(pid: number): number {
  return processTree(pid).reduce((sum, one) => {
    const stat = statOf(one);
    return stat === null
      ? sum
      : sum + [11, 12, 13, 14].reduce((ticks, field) => ticks + Number(stat[field]), 0) / TICKS_PER_SECOND;
  }, 0);
}

/** CPU seconds that `pids` use per second while `work` runs, and how long that took. */
export async function measureCpu<Result>(
  pids: readonly number[],
  work: () => Promise<Result>,
): Promise<{ cpuSeconds: number; wallSeconds: number; result: Result }> {
  const sum = () => pids.reduce((total, pid) => total + cpuSeconds(pid), 0);
  const [before, startedAt] = [sum(), performance.now()];
  const result = await work();
  return { cpuSeconds: sum() - before, wallSeconds: (performance.now() - startedAt) / 1_000, result };
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const [, kib] = readFileSync(`/proc/${pid}/status`, "utf8").match(/^VmRSS:\s+(\d+) kB/m) ?? [];
  return Number(kib) * 1_024;
}
