/**
 * Which frames of the programme begin a segment, as regular key frames: every `framesPerSegment`-th from `origin` on.
 * And which begin a part.
 */
export class FrameGrid {
  readonly framesPerSegment: number;
  readonly #partBorders: ReadonlySet<number>;
  #origin = 0;

  /** `partBorders`: first frames of the parts within a segment (packager-grid.ts). */
  constructor(framesPerSegment: number, partBorders: readonly number[] = [0]) {
    this.framesPerSegment = framesPerSegment;
    this.#partBorders = new Set(partBorders);
  }

  isKey(frame: number): boolean {
    return (frame - this.#origin) % this.framesPerSegment === 0;
  }

  #beginsPart(frame: number): boolean {
    const past = (frame - this.#origin) % this.framesPerSegment;
    return this.#partBorders.has(past < 0 ? past + this.framesPerSegment : past);
  }

  /** Frames from this one to the next regular key frame; 0 when it is one. */
  untilKey(frame: number): number {
    const past = (frame - this.#origin) % this.framesPerSegment;
    return past === 0 ? 0 : past < 0 ? -past : this.framesPerSegment - past;
  }

  /** Begins the grid anew at a frame to come: a run of packaging need not wait for the old grid's next. */
  restartAt(frame: number): void {
    this.#origin = frame;
  }

  /**
   * Frames to make when `next` is the first not made and `newest` is the one whose time it is: the newest, and
   * before it missed ones that begin a part, so that parts and segments always are as long as they should be: a player
   * gives up a playlist whose parts exceed their target. Other missed frames are let go.
   */
  due(next: number, newest: number): number[] {
    const frames: number[] = [];
    for (let frame = next; frame < newest; frame += 1) if (this.#beginsPart(frame)) frames.push(frame);
    if (newest >= next) frames.push(newest);
    return frames;
  }
}
