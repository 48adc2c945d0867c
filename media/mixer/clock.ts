import { monotonicMs } from "../monotonic.ts";

/** Programme times between which something came. */
export interface Arrival {
  earliestMs: number;
  readMs: number;
}

/**
 * The programme's only time: milliseconds since the mixer began, monotonic, tied once to the wall clock.
 * Frame n is due at `n * 1000 / fps`, sound block m at `m * 20`; nothing is ever counted from the last one.
 */
export class ProgrammeClock {
  readonly #zeroMs = monotonicMs();
  readonly #zeroWallMs = Date.now();
  #dueMs = Number.POSITIVE_INFINITY;

  nowMs(): number {
    return monotonicMs() - this.#zeroMs;
  }

  /** The programme waits until here. */
  await(dueMs: number): void {
    this.#dueMs = dueMs;
  }

  /**
   * What is read just now came between `earliestMs` and `readMs`: since the overdue part of the programme was due, this
   * process may have been held up with it in a socket.
   */
  arrival(): Arrival {
    const readMs = this.nowMs();
    return { earliestMs: Math.min(readMs, this.#dueMs), readMs };
  }

  /** Wall-clock instant (ms since the epoch) of a programme time, by the wall clock as it was when the mixer began. */
  wallMs(programmeMs: number): number {
    return this.#zeroWallMs + programmeMs;
  }

  /** The machine's steady time (`monotonicMs`) of a programme time. */
  steadyMs(programmeMs: number): number {
    return this.#zeroMs + programmeMs;
  }

  /** Programme time of an instant by `monotonicMs`; negative before the mixer began. */
  programmeMs(steadyMs: number): number {
    return steadyMs - this.#zeroMs;
  }
}

/**
 * Resolves when the programme time is reached (at once when it has passed), and after what has come by then was read:
 * a timer alone is called before the sockets.
 */
export function sleepUntil(clock: ProgrammeClock, dueMs: number): Promise<void> {
  const waitMs = dueMs - clock.nowMs();
  return new Promise((resolve) => {
    if (waitMs <= 0) setImmediate(resolve);
    else setTimeout(setImmediate, Math.ceil(waitMs), resolve);
  });
}
