/*
 * What the operating system says of a process that is not (or no longer) our child. A pid alone says nothing: it
 * may have been given to another process since, so it is always asked for together with something else.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

/** Alive, and not a zombie that waits to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return process.platform !== "linux" || (statOf(pid)?.state ?? "Z") !== "Z";
}

/** A mark that two processes with the same pid do not share; `null` when there is no such process. */
export function startMarkOf(pid: number): string | null {
  if (process.platform === "linux") return statOf(pid)?.startedTicks ?? null;
  return psField(pid, "lstart");
}

/** Whether `pid` is a PostgreSQL server whose data folder is `clusterDir`. */
export function isPostmasterOf(pid: number, clusterDir: string): boolean {
  if (process.platform !== "linux") return (psField(pid, "command") ?? "").includes(clusterDir);
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === clusterDir;
  } catch {
    return false;
  }
}

/** proc_pid_stat(5): the name in parentheses may hold anything, so fields are counted behind the last one. */
function statOf(pid: number): { state: string; startedTicks: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "Z", startedTicks: fields[19] ?? "" };
  } catch {
    return null;
  }
}

function psField(pid: number, field: "lstart" | "command"): string | null {
  try {
    return execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}
