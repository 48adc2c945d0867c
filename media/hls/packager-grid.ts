/** First frame of each part within a segment. */
export function partBorders(options: {
  fps: number;
  segmentSeconds: number;
  partSeconds: number;
}): readonly number[] {
  const frames = Math.round(options.segmentSeconds * options.fps);
  const parts = Math.max(1, Math.round(options.segmentSeconds / options.partSeconds));
  return Array.from({ length: parts }, (_, part) => Math.floor((part * frames) / parts));
}

/** Where segments and parts begin, in frames of the programme, the same for every rendition of a run. */
export class PartGrid {
  readonly framesPerSegment: number;
  readonly #fps: number;
  /** First frame of each part within a segment. */
  readonly #borders: readonly number[];

  constructor(options: { fps: number; segmentSeconds: number; partSeconds: number }) {
    this.#fps = options.fps;
    this.framesPerSegment = Math.round(options.segmentSeconds * options.fps);
    this.#borders = partBorders(options);
  }

  /** Segment and part (both from 0) that a sample at this time of the run belongs to. */
  at(seconds: number): { segment: number; part: number } {
    // A millionth of a frame forgives the division's rounding.
    const frame = Math.floor(seconds * this.#fps + 1e-6);
    const segment = Math.floor(frame / this.framesPerSegment);
    const within = frame - segment * this.framesPerSegment;
    let part = this.#borders.length - 1;
    while (this.#borders[part]! > within) part -= 1;
    return { segment, part };
  }
}
