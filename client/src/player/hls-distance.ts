/** hls.js tells of a stall at its beginning, while the playlist is still too short to stand on. */
const BEGINNING_MS = 5_000;
/** Further back after each stall, up to the most. */
const STEP_SECONDS = 0.5;
const MAX_EXTRA_SECONDS = 2;
/** Nearer by a step after as long without one; twice as long after each stall that a step nearer brought. */
const CALM_MS = 20_000;
const MAX_CALM_MS = 640_000;

/**
 * How far behind the live edge to play: as near as the playlist allows, further back after the picture stood still,
 * and nearer again. hls.js by itself goes back a second for each stall and stays there.
 */
export class HlsDistance {
  #extraSeconds = 0;
  #calmMs = CALM_MS;
  #beganMs: number | null = null;
  #changedMs = 0;
  #hasComeNearer = false;

  /** The picture stood still. Times are of any steady clock. */
  addStall(nowMs: number): void {
    if (this.#beganMs === null || nowMs - this.#beganMs < BEGINNING_MS) return;
    if (this.#hasComeNearer) this.#calmMs = Math.min(MAX_CALM_MS, this.#calmMs * 2);
    this.#hasComeNearer = false;
    this.#extraSeconds = Math.min(MAX_EXTRA_SECONDS, this.#extraSeconds + STEP_SECONDS);
    this.#changedMs = nowMs;
  }

  /** Seconds behind the edge, for a playlist that wants `holdBackSeconds`; call it with every playlist. */
  seconds(holdBackSeconds: number, nowMs: number): number {
    this.#beganMs ??= nowMs;
    if (this.#extraSeconds > 0 && nowMs - this.#changedMs > this.#calmMs) {
      this.#extraSeconds -= STEP_SECONDS;
      this.#changedMs = nowMs;
      this.#hasComeNearer = true;
    }
    return holdBackSeconds + this.#extraSeconds;
  }
}
