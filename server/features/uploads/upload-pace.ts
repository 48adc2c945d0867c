import { setTimeout as sleep } from "node:timers/promises";

/** Of all uploads to this server together: a video of an hour within a minute, and a tenth of a core. */
const BYTES_PER_SECOND = 32 * 1024 ** 2;

/**
 * Uploads take no more of this process than leaves chat and programme untouched: they give way to each other by turns,
 * and who sends faster is slowed down by his connection. Pure but for the clock and the wait.
 */
export class UploadPace {
  #freeAtMs = 0;

  /** Resolves when `bytes` more may follow those that were let through. */
  async take(bytes: number): Promise<void> {
    const nowMs = performance.now();
    const waitMs = this.#freeAtMs - nowMs;
    this.#freeAtMs = Math.max(nowMs, this.#freeAtMs) + (bytes / BYTES_PER_SECOND) * 1_000;
    if (waitMs > 0) await sleep(waitMs);
  }
}
