/**
 * The programme's only time: milliseconds since the mixer began, monotonic, tied once to the wall clock.
 * Frame n is due at `n * 1000 / fps`, sound block m at `m * 20`; nothing is ever counted from the last one.
 */
export class ProgrammeClock {
  readonly #zeroMs = performance.now();
  readonly #zeroWallMs = Date.now();

  nowMs(): number {
    return performance.now() - this.#zeroMs;
  }

  /** Wall-clock instant (ms since the epoch) of a programme time. */
  wallMs(programmeMs: number): number {
    return this.#zeroWallMs + programmeMs;
  }

  /** Programme time of a wall-clock instant; negative before the mixer began. */
  programmeMs(wallMs: number): number {
    return wallMs - this.#zeroWallMs;
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
