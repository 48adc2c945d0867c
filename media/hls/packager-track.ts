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
 * One rendition of a run: gathers samples and cuts them at the grid's borders. Each part's first sample comes for
 * certain (the mixer makes those frames however late it is), so a part is whole with the sample that ends at its border;
 * where that one is missing, with the first of the next part.
 */
export class PackagerTrack {
  readonly #grid: PartGrid;
  readonly #timescale: number;
  #open: OpenPart | null = null;
  /** The newest part that was cut. */
  #last: { segment: number; part: number } | null = null;
  #lastTime = 0;
  #sequence = 0;

  /** `nominalDuration` (timescale) is a sample's length when the next one is not known yet. */
  readonly #nominalDuration: number;

  constructor(grid: PartGrid, options: { timescale: number; nominalDuration: number }) {
    this.#grid = grid;
    this.#timescale = options.timescale;
    this.#nominalDuration = options.nominalDuration;
  }

  /** `time`: decode time in the timescale since the run's beginning, growing. */
  push(sample: { data: Uint8Array; isKey: boolean; time: number }): CutPart[] {
    const cuts: CutPart[] = [];
    const place = this.#grid.at(sample.time / this.#timescale);
    if (this.#open) {
      this.#open.samples.at(-1)!.duration = sample.time - this.#lastTime;
      const isNewSegment = place.segment !== this.#open.segment;
      if (isNewSegment || place.part !== this.#open.place) cuts.push(this.#close(isNewSegment));
    }
    this.#open ??= {
      segment: place.segment,
      place: place.part,
      part: this.#last?.segment === place.segment ? this.#last.part + 1 : 0,
      startTime: sample.time,
      samples: [],
    };
    this.#open.samples.push({ data: sample.data, isKey: sample.isKey, duration: this.#nominalDuration });
    this.#lastTime = sample.time;
    const next = this.#grid.at((sample.time + this.#nominalDuration) / this.#timescale);
    const isLastOfSegment = next.segment !== place.segment;
    if (isLastOfSegment || next.part !== place.part) cuts.push(this.#close(isLastOfSegment));
    return cuts;
  }

  /** The open part as its segment's last, or `null` when there is none. */
  finish(): CutPart | null {
    return this.#open ? this.#close(true) : null;
  }

  #close(isLastOfSegment: boolean): CutPart {
    const { samples, startTime, segment, part } = this.#open!;
    this.#open = null;
    this.#last = { segment, part };
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
