import type { Arrival } from "../clock.ts";

/** Programme time that a source's picture or sound waits between its arrival and its place in the programme. */
export const MIN_DELAY_MS = 60;
const MAX_DELAY_MS = 300;
/** On top of the worst lateness seen: one sound block, and the time a decoder takes. */
const MARGIN_MS = 40;
/** A picture later than this is shown late, and does not make its sound wait. */
const MAX_PICTURE_LATENESS_MS = 120;
/** What happens once is not waited for long; what happens again within `OFTEN_MS` is. */
const HOLD_ONCE_MS = 3_000;
const HOLD_MS = 10_000;
const OFTEN_MS = 10_000;
/** Late packets come in rows: all within this are one event. */
const EVENT_MS = 1_000;
/** What comes within this of being too late still needs the delay. */
const NEAR_MS = 20;
/** Sound is played faster by as much; `MAX_RATE_CHANGE` of sound-tap.ts is a little more. */
const FALL_MS_PER_SECOND = 12;

/** The delay that all sources of one peer (one RTCP CNAME) share, so that lips and voice stay together. */
export class SharedDelay {
  #delayMs = MIN_DELAY_MS;
  #fallsFromMs = 0;
  #neededMs = Number.NEGATIVE_INFINITY;

  get delayMs(): number {
    return this.#delayMs;
  }

  /** Grows at once to what came late needs; falls slowly when that is over. */
  observe(latenessMs: number, nowMs: number): void {
    const wanted = Math.min(MAX_DELAY_MS, Math.max(MIN_DELAY_MS, latenessMs + MARGIN_MS));
    if (wanted > MIN_DELAY_MS && wanted > this.#delayMs - NEAR_MS) this.#need(wanted, nowMs);
    else if (nowMs > this.#fallsFromMs) {
      const fallMs = ((nowMs - this.#fallsFromMs) * FALL_MS_PER_SECOND) / 1000;
      this.#delayMs = Math.max(wanted, this.#delayMs - fallMs);
      this.#fallsFromMs = nowMs;
    }
  }

  #need(wanted: number, nowMs: number): void {
    this.#delayMs = Math.max(wanted, this.#delayMs);
    const sinceMs = nowMs - this.#neededMs;
    const holdMs = sinceMs > EVENT_MS && sinceMs < OFTEN_MS ? HOLD_MS : HOLD_ONCE_MS;
    this.#fallsFromMs = Math.max(this.#fallsFromMs, nowMs + holdMs);
    if (sinceMs > EVENT_MS) this.#neededMs = nowMs;
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
    let bucket = this.#buckets.at(-1);
    if (!bucket || readMs - bucket.startedMs > BUCKET_MS) {
      bucket = { startedMs: readMs, minMs: transitMs };
      this.#buckets.push(bucket);
      if (this.#buckets.length > BUCKETS) this.#buckets.shift();
    }
    bucket.minMs = Math.min(bucket.minMs, transitMs);
    this.#baselineMs = Math.min(...this.#buckets.map((one) => one.minMs));
    // That this process was late to read it is no reason to wait: what reads late also plays late.
    const latenessMs = earliestMs - mediaMs - this.#baselineMs;
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
