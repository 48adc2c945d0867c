import { monotonicMs } from "../monotonic.ts";

/**
 * The programme's only time: milliseconds since the mixer began, monotonic, tied once to the wall clock.
 * Frame n is due at `n * 1000 / fps`, sound block m at `m * 20`; nothing is ever counted from the last one.
 */
export class ProgrammeClock {
  readonly #zeroMs = monotonicMs();
  readonly #zeroWallMs = Date.now();

  nowMs(): number {
    return monotonicMs() - this.#zeroMs;
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

/** Resolves when the programme time is reached (at once when it has passed). */
export function sleepUntil(clock: ProgrammeClock, dueMs: number): Promise<void> {
  const waitMs = dueMs - clock.nowMs();
  return new Promise((resolve) => {
    if (waitMs <= 0) setImmediate(resolve);
    else setTimeout(resolve, Math.ceil(waitMs));
  });
}
