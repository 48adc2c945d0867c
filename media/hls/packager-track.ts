import { type TrackSample, writePart } from "./packager-boxes.ts";
import type { PartGrid } from "./packager-grid.ts";

/** A part that is whole. */
export interface CutPart {
  segment: number;
  part: number;
  isLastOfSegment: boolean;
  bytes: Buffer;
  durationSeconds: number;
  isIndependent: boolean;
  /** Seconds after the run's beginning. */
  startSeconds: number;
}

interface OpenPart {
  segment: number;
  /** Place in the grid. */
  place: number;
  /** Number within the segment: without gaps even when a whole part's pictures were missed. */
  part: number;
  startTime: number;
  samples: TrackSample[];
}

/**
 * One rendition of a run: gathers samples and cuts them at the grid's borders. A sample's length is known only
 * when the next one comes, so a part comes out with the first sample of the next one.
 */
export class PackagerTrack {
  readonly #grid: PartGrid;
  readonly #timescale: number;
  #open: OpenPart | null = null;
  #lastTime = 0;
  #sequence = 0;

  /** `nominalDuration` (timescale) is the length of a run's last sample. */
  readonly #nominalDuration: number;

  constructor(grid: PartGrid, options: { timescale: number; nominalDuration: number }) {
    this.#grid = grid;
    this.#timescale = options.timescale;
    this.#nominalDuration = options.nominalDuration;
  }

  /** `time`: decode time in the timescale since the run's beginning, growing. */
  push(sample: { data: Uint8Array; isKey: boolean; time: number }): CutPart | null {
    const place = this.#grid.at(sample.time / this.#timescale);
    let cut: CutPart | null = null;
    let part = 0;
    if (this.#open) {
      this.#open.samples.at(-1)!.duration = sample.time - this.#lastTime;
      const isNewSegment = place.segment !== this.#open.segment;
      if (isNewSegment || place.part !== this.#open.place) {
        if (!isNewSegment) part = this.#open.part + 1;
        cut = this.#close(isNewSegment);
      }
    }
    this.#open ??= { segment: place.segment, place: place.part, part, startTime: sample.time, samples: [] };
    this.#open.samples.push({ data: sample.data, isKey: sample.isKey, duration: this.#nominalDuration });
    this.#lastTime = sample.time;
    return cut;
  }

  /** The open part as its segment's last, or `null` when there is none. */
  finish(): CutPart | null {
    return this.#open ? this.#close(true) : null;
  }

  #close(isLastOfSegment: boolean): CutPart {
    const { samples, startTime, segment, part } = this.#open!;
    this.#open = null;
    this.#sequence += 1;
    const duration = samples.reduce((sum, sample) => sum + sample.duration, 0);
    return {
      segment,
      part,
      isLastOfSegment,
      bytes: writePart({ sequence: this.#sequence, decodeTime: startTime, samples }),
      durationSeconds: duration / this.#timescale,
      isIndependent: samples[0]!.isKey,
      startSeconds: startTime / this.#timescale,
    };
  }
}
