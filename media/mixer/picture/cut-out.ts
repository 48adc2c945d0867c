import { AV_BUFFERSRC_FLAG_KEEP_REF } from "node-av/constants";
import { Filter, FilterGraph, type Frame } from "node-av/lib";
import { must } from "../native.ts";
import type { Place } from "./layout.ts";

/** Cuts the same part out of each yuv420p frame of one size, by FFmpeg's `crop`: no pixel is copied. */
export class CutOut {
  readonly #graph = new FilterGraph();
  readonly #input;
  readonly #output;

  /** @throws NativeError */
  constructor(of: { widthPx: number; heightPx: number }, at: Place) {
    this.#graph.alloc();
    this.#graph.nbThreads = 1;
    try {
      const chain = (
        [
          ["buffer", `video_size=${of.widthPx}x${of.heightPx}:pix_fmt=yuv420p:time_base=1/25`],
          ["crop", `${at.widthPx}:${at.heightPx}:${at.x}:${at.y}`],
          ["buffersink", null],
        ] as const
      ).map(([filter, options]) => this.#graph.createFilter(Filter.getByName(filter)!, filter, options)!);
      for (const [index, filter] of chain.slice(0, -1).entries()) filter.link(0, chain[index + 1]!, 0);
      must("prepare cut", this.#graph.configSync());
      this.#input = chain[0]!;
      this.#output = chain[2]!;
    } catch (error) {
      this.#graph.free();
      throw error;
    }
  }

  /** Makes `part`, an empty frame, one over the same memory; both stay the caller's. @throws NativeError */
  take(frame: Frame, part: Frame): void {
    must("cut", this.#input.buffersrcAddFrameSync(frame, AV_BUFFERSRC_FLAG_KEEP_REF));
    must("cut", this.#output.buffersinkGetFrameSync(part));
  }

  close(): void {
    this.#graph.free();
  }
}
