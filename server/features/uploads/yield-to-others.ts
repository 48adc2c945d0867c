import { writeFileSync } from "node:fs";
import { constants, setPriority } from "node:os";

const LOWEST = constants.priority.PRIORITY_LOW;

/**
 * Puts a process behind all others that want the processor. `pid` leads a session of its own: Linux shares the processor
 * out among sessions first (sched(7), autogroup), and a priority counts only within one. In the server's session a
 * conversion took the programme's half, and now and then made the database wait 0.2 to 1.8 s for its turn (measured).
 */
export function yieldToOthers(pid: number): void {
  setPriority(pid, LOWEST);
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(LOWEST));
  } catch {
    // Not Linux, a kernel without it, or it was asked for ten times a second already: the priority has to do.
  }
}
