import { Filter, FilterGraph, Frame } from "node-av/lib";
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

  /** A frame over the same memory, which the caller frees; `frame` stays the caller's. @throws NativeError */
  take(frame: Frame): Frame {
    const whole = frame.clone()!;
    const taken = this.#input.buffersrcAddFrameSync(whole);
    whole.free();
    must("cut", taken);
    const part = new Frame();
    part.alloc();
    must("cut", this.#output.buffersinkGetFrameSync(part));
    return part;
  }

  close(): void {
    this.#graph.free();
  }
}
