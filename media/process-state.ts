import { readFileSync } from "node:fs";

export interface ProcessState {
  /** By SIGSTOP or the like (state T). */
  isStopped: boolean;
  /** Waits for something to happen, needs no processor (state S). */
  isAsleep: boolean;
  /** Processor time of all its threads so far, ms. */
  workedMs: number;
}

/** USER_HZ, which Linux fixes at 100 for what it tells (proc_pid_stat(5), time(7)). */
const MS_PER_TICK = 10;

/** What Linux says of a process; `null` when it is not there, or elsewhere. */
export function readProcessState(pid: number): ProcessState | null {
  if (process.platform !== "linux") return null;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in parentheses may hold anything, so fields are counted behind the last one.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      isStopped: fields[0] === "T",
      isAsleep: fields[0] === "S",
      workedMs: MS_PER_TICK * (Number(fields[11]) + Number(fields[12])),
    };
  } catch {
    return null;
  }
}
