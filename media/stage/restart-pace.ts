const WINDOW_MS = 60_000;
/** So many deaths in the window are a fault that restarting does not mend. */
const FAILING_AFTER = 5;
const FIRST_PAUSE_MS = 2_000;
/** A start costs about a CPU-second; people look at a slate meanwhile, so what has passed is found out soon. */
const LONGEST_PAUSE_MS = 10_000;

/** How soon the next mixer follows a dead one: at once, but ever later once five died within a minute. */
export class RestartPace {
  #deathsMs: number[] = [];
  #pauseMs = FIRST_PAUSE_MS;

  /** Notes a death; answers the pause before the next start. */
  next(nowMs: number): number {
    this.#deathsMs = [...this.#deathsMs, nowMs].filter((at) => nowMs - at < WINDOW_MS);
    if (!this.isFailing(nowMs)) {
      this.#pauseMs = FIRST_PAUSE_MS;
      return 0;
    }
    const pauseMs = this.#pauseMs;
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
    return pauseMs;
  }

  isFailing(nowMs: number): boolean {
    return this.#deathsMs.filter((at) => nowMs - at < WINDOW_MS).length >= FAILING_AFTER;
  }
}
