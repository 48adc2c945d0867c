import { AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { type Frame, SoftwareResampleContext } from "node-av/lib";
import { must } from "../native.ts";
import { SAMPLE_RATE } from "./sound-block.ts";

/** Turns decoded sound of any kind into 48 kHz stereo float. */
export class Resampler {
  #context: SoftwareResampleContext | null = null;
  #key = "";

  /** New arrays, of about `nbSamples * 48000 / sampleRate` samples. */
  convert(frame: Frame): { left: Float32Array; right: Float32Array } {
    const count = frame.nbSamples;
    const planes = frame.extendedData ?? frame.data ?? [];
    const isOurs =
      frame.format === AV_SAMPLE_FMT_FLTP && frame.sampleRate === SAMPLE_RATE && frame.channels === 2;
    if (isOurs) return { left: copy(planes[0]!, count), right: copy(planes[1]!, count) };
    const context = this.#contextFor(frame);
    const room = context.getOutSamples(count);
    const out = [Buffer.alloc(room * 4), Buffer.alloc(room * 4)];
    const made = must("resample", context.convertSync(out, room, planes, count));
    return { left: copy(out[0]!, made), right: copy(out[1]!, made) };
  }

  #contextFor(frame: Frame): SoftwareResampleContext {
    const key = `${frame.format}/${frame.sampleRate}/${frame.channels}`;
    if (this.#context && key === this.#key) return this.#context;
    this.close();
    const context = new SoftwareResampleContext();
    must(
      "prepare resampler",
      context.allocSetOpts2(
        AV_CHANNEL_LAYOUT_STEREO,
        AV_SAMPLE_FMT_FLTP,
        SAMPLE_RATE,
        frame.channelLayout,
        frame.format as never,
        frame.sampleRate,
      ),
    );
    must("start resampler", context.init());
    this.#context = context;
    this.#key = key;
    return context;
  }

  close(): void {
    this.#context?.free();
    this.#context = null;
  }
}

function copy(plane: Buffer, count: number): Float32Array {
  return Float32Array.from(new Float32Array(plane.buffer, plane.byteOffset, count));
}
