import type { Frame } from "node-av/lib";

/** A picture to be shown; `serial` tells it from the one before. The queue owns the frame. */
export interface ShownPicture {
  frame: Frame;
  serial: number;
  /** Programme time at which it was due. */
  playAtMs: number;
}

const MAX_WAITING = 60;

/** Decoded pictures of one source, waiting for their time. Owns and frees the frames it is given. */
export class PictureQueue {
  readonly #waiting: ShownPicture[] = [];
  #shown: ShownPicture | null = null;
  #serial = 0;
  #isClosed = false;

  /** Takes over `frame`. */
  push(frame: Frame, playAtMs: number): void {
    if (this.#isClosed) {
      frame.free();
      return;
    }
    this.#serial += 1;
    const picture = { frame, serial: this.#serial, playAtMs };
    let place = this.#waiting.length;
    while (place > 0 && this.#waiting[place - 1]!.playAtMs > playAtMs) place -= 1;
    this.#waiting.splice(place, 0, picture);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift()!.frame.free();
  }

  /** The newest picture that is due, or the last one shown; `null` before the first. Valid until the next call. */
  at(nowMs: number): ShownPicture | null {
    while (this.#waiting.length > 0 && this.#waiting[0]!.playAtMs <= nowMs) {
      this.#shown?.frame.free();
      this.#shown = this.#waiting.shift()!;
    }
    return this.#shown;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Forgets what waits (after a seek or a jump in time). */
  clear(): void {
    for (const picture of this.#waiting.splice(0)) picture.frame.free();
  }

  close(): void {
    this.#isClosed = true;
    this.clear();
    this.#shown?.frame.free();
    this.#shown = null;
  }
}
