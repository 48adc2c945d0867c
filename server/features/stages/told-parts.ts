import type { MediaPlane } from "../../contract/media-plane.ts";

/** Broadcasts that are remembered; those heard of last. */
const MAX_KEPT = 200;

export interface ToldUntil {
  /** Highest media sequence number of which a part was told. */
  msn: number;
  /** End of the latest part, ms since the epoch. */
  endMs: number;
}

/**
 * How far each broadcast has been told to viewers, whether or not it reached the disk: a media node that begins anew
 * may not fall behind it. Closed by its owner.
 */
export class ToldParts {
  readonly #until = new Map<string, ToldUntil>();
  readonly #undo: () => void;

  constructor(media: MediaPlane) {
    this.#undo = media.onNotice("store:written", ({ broadcastId, notice }) => {
      if (notice.type !== "part") return;
      const { msn, programDateTimeMs, durationSeconds } = notice;
      const endMs = programDateTimeMs + durationSeconds * 1000;
      const known = this.#until.get(broadcastId);
      if (known) {
        known.msn = Math.max(known.msn, msn);
        known.endMs = Math.max(known.endMs, endMs);
        return;
      }
      const oldest = this.#until.keys().next().value;
      if (this.#until.size >= MAX_KEPT && oldest !== undefined) this.#until.delete(oldest);
      this.#until.set(broadcastId, { msn, endMs });
    });
  }

  find(broadcastId: string): ToldUntil | null {
    return this.#until.get(broadcastId) ?? null;
  }

  close(): void {
    this.#undo();
  }
}
