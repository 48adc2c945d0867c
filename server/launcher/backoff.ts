const FIRST_MS = 200;
const LONGEST_MS = 10_000;
/** One that comes and goes is of more use than one that stays away: who served this long waits hardly a second. */
const SERVED_AFTER_MS = 3_000;
const LONGEST_AFTER_SERVING_MS = 1_000;
/** A process that lived this long is healthy again: its next end is followed by a start at once. */
const HEALTHY_AFTER_MS = 10_000;

/**
 * How long to wait before a process that ended is started again: not at all after a healthy life, then 0.2 s, doubled
 * up to 10 s (1 s after a life of three seconds), ± 20 %.
 */
export class Backoff {
  #failures = 0;
  readonly #random: () => number;
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Ends in a row that came quickly. */
  get failures(): number {
    return this.#failures;
  }

  nextDelayMs(livedMs: number): number {
    this.#failures = livedMs >= HEALTHY_AFTER_MS ? 1 : this.#failures + 1;
    if (this.#failures === 1) return 0;
    const longestMs = livedMs >= SERVED_AFTER_MS ? LONGEST_AFTER_SERVING_MS : LONGEST_MS;
    const delayMs = Math.min(longestMs, FIRST_MS * 2 ** (this.#failures - 2));
    return Math.round(delayMs * (0.8 + 0.4 * this.#random()));
  }
}

/** For people: "at once", "in 0.2 s". */
export function describeDelay(delayMs: number): string {
  return delayMs === 0 ? "at once" : `in ${(Math.max(delayMs, 100) / 1000).toFixed(1)} s`;
}
