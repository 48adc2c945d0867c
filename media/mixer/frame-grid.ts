/** Which frames of the programme are regular key frames: every `framesPerSegment`-th from `origin` on. */
export class FrameGrid {
  readonly framesPerSegment: number;
  #origin = 0;

  constructor(framesPerSegment: number) {
    this.framesPerSegment = framesPerSegment;
  }

  isKey(frame: number): boolean {
    return (frame - this.#origin) % this.framesPerSegment === 0;
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
   * before it missed key frames, so that no segment is ever lost. Other missed frames are let go.
   */
  due(next: number, newest: number): number[] {
    const frames: number[] = [];
    for (let frame = next; frame < newest; frame += 1) if (this.isKey(frame)) frames.push(frame);
    if (newest >= next) frames.push(newest);
    return frames;
  }
}
