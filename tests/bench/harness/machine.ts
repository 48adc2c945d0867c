import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Of all cores together; below it the machine does something else. */
const MIN_IDLE = 0.9;
const LOOK_MS = 2_000;
const WAIT_MS = 30_000;

function cpuTimes(): { idle: number; all: number } {
  const fields = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]!
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map(Number);
  return { idle: fields[3]! + fields[4]!, all: fields.reduce((sum, one) => sum + one, 0) };
}

/** Share of the machine's time that was idle, 0…1, while looked at. */
async function readIdle(): Promise<number> {
  const before = cpuTimes();
  await sleep(LOOK_MS);
  const after = cpuTimes();
  return (after.idle - before.idle) / Math.max(1, after.all - before.all);
}

export class BusyMachineError extends Error {
  override readonly name = "BusyMachineError";
}

/**
 * Waits up to 30 s for a quiet machine: figures of a busy one say nothing.
 * @throws BusyMachineError
 */
export async function requireQuiet(): Promise<void> {
  const until = Date.now() + WAIT_MS;
  let idle: number;
  do {
    idle = await readIdle();
    if (idle >= MIN_IDLE) return;
  } while (Date.now() < until);
  throw new BusyMachineError(
    `The machine is busy (${Math.round(idle * 100)} % idle, ${MIN_IDLE * 100} % wanted). Try again, or add --busy.`,
  );
}
