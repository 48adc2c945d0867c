import type { Arrival } from "../clock.ts";

/** Programme time that a source's picture or sound waits between its arrival and its place in the programme. */
export const MIN_DELAY_MS = 60;
const MAX_DELAY_MS = 300;
/** On top of the worst lateness seen: one sound block, and the time a decoder takes. */
const MARGIN_MS = 40;
/** A picture later than this is shown late, and does not make its sound wait. */
const MAX_PICTURE_LATENESS_MS = 120;
/** Lateness is remembered by the second: what happened once is waited for this long, what happened twice for longer. */
const ONCE_SECONDS = 3;
const TWICE_SECONDS = 10;
/** Sound is played faster by as much; `MAX_RATE_CHANGE` of sound-tap.ts is a little more. */
const FALL_MS_PER_SECOND = 12;

/** The delay that all sources of one peer (one RTCP CNAME) share, so that lips and voice stay together. */
export class SharedDelay {
  /** Worst lateness of each of the last seconds, the newest last. */
  readonly #worstMs: number[] = [];
  #secondBeganMs = Number.NEGATIVE_INFINITY;
  #delayMs = MIN_DELAY_MS;
  #wantedMs = MIN_DELAY_MS;
  #observedMs = 0;

  get delayMs(): number {
    return this.#delayMs;
  }

  /** Grows at once to what came late needs; falls slowly when that is over. */
  observe(latenessMs: number, nowMs: number): void {
    if (this.#remember(latenessMs, nowMs)) {
      this.#wantedMs = Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, this.#neededMs() + MARGIN_MS));
    }
    const fallMs = ((nowMs - this.#observedMs) * FALL_MS_PER_SECOND) / 1000;
    this.#delayMs = Math.max(this.#wantedMs, this.#delayMs - Math.max(0, fallMs));
    this.#observedMs = nowMs;
  }

  /** True when that changes what is remembered. */
  #remember(latenessMs: number, nowMs: number): boolean {
    const newest = this.#worstMs.length - 1;
    if (nowMs - this.#secondBeganMs >= 1000) {
      this.#secondBeganMs = nowMs;
      this.#worstMs.push(latenessMs);
      if (this.#worstMs.length > TWICE_SECONDS) this.#worstMs.shift();
    } else if (latenessMs > this.#worstMs[newest]!) this.#worstMs[newest] = latenessMs;
    else return false;
    return true;
  }

  /** The worst of the last three seconds, or the second worst of ten; seconds side by side may be one event. */
  #neededMs(): number {
    const worst = this.#worstMs.indexOf(Math.max(...this.#worstMs));
    const others = this.#worstMs.filter((_, second) => Math.abs(second - worst) > 1);
    return Math.max(...this.#worstMs.slice(-ONCE_SECONDS), ...others);
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

  /** A sample of stream time `mediaMs` was whole at `arrival`. Answers true after a restart. */
  observe(mediaMs: number, { earliestMs, readMs }: Arrival): boolean {
    const transitMs = readMs - mediaMs;
    const isRestart = this.#baselineMs !== null && Math.abs(transitMs - this.#baselineMs) > RESTART_MS;
    if (isRestart) this.#buckets = [];
    const bucket = this.#buckets.at(-1);
    if (!bucket || readMs - bucket.startedMs > BUCKET_MS) {
      this.#buckets.push({ startedMs: readMs, minMs: transitMs });
      if (this.#buckets.length > BUCKETS) this.#buckets.shift();
      this.#baselineMs = Math.min(...this.#buckets.map((one) => one.minMs));
    } else if (transitMs < bucket.minMs) {
      bucket.minMs = transitMs;
      this.#baselineMs = Math.min(this.#baselineMs!, transitMs);
    }
    // That this process was late to read it is no reason to wait: what reads late also plays late.
    const latenessMs = earliestMs - mediaMs - this.#baselineMs!;
    this.#delay.observe(Math.min(latenessMs, this.#maxLatenessMs), readMs);
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
