import { AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { Codec, CodecContext, type Frame, Packet, Rational } from "node-av/lib";
import { must } from "../native.ts";
import { openCodec } from "../open-codec.ts";
import { SAMPLE_RATE } from "../sound/sound-block.ts";
import { createSoundFrame } from "../sound/sound-frame.ts";

export interface EncodedSound {
  data: Buffer;
  /** Programme sample (48 kHz) at which its first sample is heard, encoder's delay taken off; may be < 0. */
  startSample: number;
}

/** Opus (interleaved, 960 samples a packet) or AAC-LC (planar, 1024): stereo float at 48 kHz, in step, on the main thread. */
export class SoundEncoder {
  readonly #context: CodecContext;
  readonly #frame: Frame;
  readonly #packet = new Packet();
  readonly #left: Float32Array;
  readonly #right: Float32Array;
  readonly #isPlanar: boolean;
  /** The frame's memory. Made once: a buffer object over foreign memory for each packet keeps the collector busy. */
  #planes: Float32Array[] | null = null;
  #filled = 0;
  #nextSample = 0;
  #isClosed = false;

  private constructor(context: CodecContext, isPlanar: boolean) {
    this.#context = context;
    this.#isPlanar = isPlanar;
    this.#left = new Float32Array(context.frameSize);
    this.#right = new Float32Array(context.frameSize);
    this.#packet.alloc();
    this.#frame = createSoundFrame(isPlanar ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT, context.frameSize);
  }

  static createOpus(kbps: number): Promise<SoundEncoder> {
    return SoundEncoder.#create("libopus", false, kbps, {
      application: "audio",
      frame_duration: "20",
      compression_level: "6",
      vbr: "constrained",
    });
  }

  static createAac(kbps: number): Promise<SoundEncoder> {
    return SoundEncoder.#create("aac", true, kbps, { aac_coder: "fast" });
  }

  static async #create(
    name: string,
    isPlanar: boolean,
    kbps: number,
    options: Record<string, string>,
  ): Promise<SoundEncoder> {
    const codec = Codec.findEncoderByName(name as never);
    const context = new CodecContext();
    context.allocContext3(codec);
    context.sampleRate = SAMPLE_RATE;
    context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    context.sampleFormat = isPlanar ? AV_SAMPLE_FMT_FLTP : AV_SAMPLE_FMT_FLT;
    context.timeBase = new Rational(1, SAMPLE_RATE);
    context.bitRate = BigInt(kbps * 1000);
    await openCodec(context, codec, options);
    return new SoundEncoder(context, isPlanar);
  }

  /** AudioSpecificConfig of AAC; empty for Opus, which needs none in RTP. */
  get config(): Buffer {
    return Buffer.from(this.#context.extraData ?? []);
  }

  /** Drops what is half filled and counts on from `sample`. */
  startAt(sample: number): void {
    this.#filled = 0;
    this.#nextSample = sample;
  }

  encode(left: Float32Array, right: Float32Array): EncodedSound[] {
    const out: EncodedSound[] = [];
    if (this.#isClosed) return out;
    let taken = 0;
    while (taken < left.length) {
      const count = Math.min(left.length - taken, this.#left.length - this.#filled);
      this.#left.set(left.subarray(taken, taken + count), this.#filled);
      this.#right.set(right.subarray(taken, taken + count), this.#filled);
      this.#filled += count;
      taken += count;
      if (this.#filled === this.#left.length) this.#encodeFrame(out);
    }
    return out;
  }

  #encodeFrame(out: EncodedSound[]): void {
    if (!this.#frame.isWritable) {
      must("make sound frame writable", this.#frame.makeWritable());
      this.#planes = null;
    }
    this.#fill();
    this.#frame.pts = BigInt(this.#nextSample);
    this.#nextSample += this.#filled;
    this.#filled = 0;
    must("sound send", this.#context.sendFrameSync(this.#frame));
    while (this.#context.receivePacketSync(this.#packet) >= 0) {
      out.push({ data: Buffer.from(this.#packet.data!), startSample: Number(this.#packet.pts) });
      this.#packet.unref();
    }
  }

  #fill(): void {
    const length = this.#isPlanar ? this.#left.length : 2 * this.#left.length;
    this.#planes ??= this.#frame.data!.map(
      (plane) => new Float32Array(plane.buffer, plane.byteOffset, length),
    );
    const planes = this.#planes;
    if (this.#isPlanar) {
      planes[0]!.set(this.#left);
      planes[1]!.set(this.#right);
      return;
    }
    const both = planes[0]!;
    for (let i = 0; i < this.#filled; i += 1) {
      both[i * 2] = this.#left[i]!;
      both[i * 2 + 1] = this.#right[i]!;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#packet.free();
    this.#frame.free();
    this.#context.freeContext();
  }
}
