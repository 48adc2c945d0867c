import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";

/**
 * Asks the system to run this process before others that can wait: the programme's clock does not. On Linux a
 * priority belongs to a thread, so each one is asked for. Where that is not allowed, nothing changes.
 */
export function raisePriority(): void {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_ABOVE_NORMAL);
    } catch {
      return;
    }
  }
}

function threads(): number[] {
  if (process.platform !== "linux") return [process.pid];
  return readdirSync("/proc/self/task").map(Number);
}
