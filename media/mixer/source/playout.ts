/** Programme time that a source's picture or sound waits between its arrival and its place in the programme. */
export const MIN_DELAY_MS = 80;
const MAX_DELAY_MS = 300;
/** On top of the worst lateness seen: one sound block, and the time a decoder takes. */
const MARGIN_MS = 40;
/** A picture later than this is shown late, and does not make its sound wait. */
const MAX_PICTURE_LATENESS_MS = 120;
const HOLD_MS = 10_000;
const FALL_MS_PER_SECOND = 5;

/** The delay that all sources of one peer (one RTCP CNAME) share, so that lips and voice stay together. */
export class SharedDelay {
  #delayMs = MIN_DELAY_MS;
  #fallsFromMs = 0;

  get delayMs(): number {
    return this.#delayMs;
  }

  /** Grows at once to what came late needs; falls slowly once that is `HOLD_MS` ago. */
  observe(latenessMs: number, nowMs: number): void {
    const wanted = Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, latenessMs + MARGIN_MS));
    if (wanted >= this.#delayMs) {
      this.#delayMs = wanted;
      this.#fallsFromMs = nowMs + HOLD_MS;
    } else if (nowMs > this.#fallsFromMs) {
      const fallMs = ((nowMs - this.#fallsFromMs) * FALL_MS_PER_SECOND) / 1000;
      this.#delayMs = Math.max(wanted, this.#delayMs - fallMs);
      this.#fallsFromMs = nowMs;
    }
  }
}

const BUCKET_MS = 1000;
const BUCKETS = 8;
/** Further off than this, the sender's clock was set anew. */
const RESTART_MS = 2000;

/**
 * Maps a stream's own time to the programme's: the quickest arrival of the last seconds is taken as "no delay",
 * and what the rest needs is the shared delay.
 */
export class Playout {
  readonly #delay: SharedDelay;
  readonly #maxLatenessMs: number;
  #buckets: { startedMs: number; minMs: number }[] = [];
  #baselineMs: number | null = null;

  constructor(delay: SharedDelay, kind: "picture" | "sound") {
    this.#delay = delay;
    this.#maxLatenessMs = kind === "picture" ? MAX_PICTURE_LATENESS_MS : Number.POSITIVE_INFINITY;
  }

  /** A sample of stream time `mediaMs` was whole at programme time `arrivedMs`. Answers true after a restart. */
  observe(mediaMs: number, arrivedMs: number): boolean {
    const transitMs = arrivedMs - mediaMs;
    const isRestart = this.#baselineMs !== null && Math.abs(transitMs - this.#baselineMs) > RESTART_MS;
    if (isRestart) this.#buckets = [];
    let bucket = this.#buckets.at(-1);
    if (!bucket || arrivedMs - bucket.startedMs > BUCKET_MS) {
      bucket = { startedMs: arrivedMs, minMs: transitMs };
      this.#buckets.push(bucket);
      if (this.#buckets.length > BUCKETS) this.#buckets.shift();
    }
    bucket.minMs = Math.min(bucket.minMs, transitMs);
    this.#baselineMs = Math.min(...this.#buckets.map((one) => one.minMs));
    this.#delay.observe(Math.min(transitMs - this.#baselineMs, this.#maxLatenessMs), arrivedMs);
    return isRestart;
  }

  /** Programme time at which a sample of the stream is played; call after `observe`. */
  playAtMs(mediaMs: number): number {
    return mediaMs + (this.#baselineMs ?? 0) + this.#delay.delayMs;
  }

  /** Stream time that is played at a programme time; `null` before anything came. */
  mediaAtMs(nowMs: number): number | null {
    return this.#baselineMs === null ? null : nowMs - this.#baselineMs - this.#delay.delayMs;
  }
}
