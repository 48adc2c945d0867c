import { Decoder, Encoder, FilterAPI, type Muxer } from "node-av/api";
import { FF_ENCODER_AAC, FF_ENCODER_LIBX264 } from "node-av/constants";
import type { Frame, Packet, Stream } from "node-av/lib";
import { CONVERTED_VIDEO } from "../../server/contract/convert.ts";
import { ConversionRefused } from "./conversion-refused.ts";

/** A jump of timestamps that would be filled with copies of one picture; longer ones are a broken file. */
const MAX_GAP_SECONDS = 120;

/** 8K. A picture that turns out larger than its container said is left out like a damaged one. */
export const MAX_PIXELS = 7680 * 4320;
/** Faster than any camera that lectures are filmed with; more only costs time. */
const MAX_PICTURES_PER_SECOND = 240;
const PICTURES_AHEAD = 10 * MAX_PICTURES_PER_SECOND;

/** A damaged packet is left out, as players do; what is missing at the end is judged there. */
const DECODER = { threadCount: 1, exitOnError: false } as const;

export type X264Preset = "veryfast" | "superfast";

/**
 * One stream's way through decoder, filter and encoder into the muxer, one packet at a time and in order, so that
 * no more than a few frames are ever held. The creator calls `close()`.
 */
export class EncodeTrack {
  /** End of what was written, seconds from the start. */
  writtenSeconds = 0;
  #lastInputSeconds: number | null = null;
  /** Of those that may be decoded before more was written; `null` for sound. */
  #picturesLeft: number | null = null;

  private readonly decoder: Decoder;
  private readonly filter: FilterAPI;
  private readonly encoder: Encoder;
  private readonly muxer: Muxer;
  private readonly muxerIndex: number;

  private constructor(parts: {
    decoder: Decoder;
    filter: FilterAPI;
    encoder: Encoder;
    muxer: Muxer;
    muxerIndex: number;
  }) {
    this.decoder = parts.decoder;
    this.filter = parts.filter;
    this.encoder = parts.encoder;
    this.muxer = parts.muxer;
    this.muxerIndex = parts.muxerIndex;
  }

  /** Constrained baseline, so that the mixer decodes it cheaply; `turn` is an FFmpeg filter or empty. */
  static async video(
    stream: Stream,
    muxer: Muxer,
    { turn, preset }: { turn: string; preset: X264Preset },
  ): Promise<EncodeTrack> {
    const { widthPx, heightPx, fps, gopFrames } = CONVERTED_VIDEO;
    const decoder = await Decoder.create(stream, { ...DECODER, options: { max_pixels: MAX_PIXELS } });
    const filter = FilterAPI.create(
      [
        ...(turn ? [turn] : []),
        `scale=w='min(${widthPx},iw*sar)':h='min(${heightPx},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2`,
        "setsar=1",
        `fps=${fps}:start_time=0`,
        "format=yuv420p",
      ].join(","),
      { threads: 1, framerate: stream.avgFrameRate },
    );
    const encoder = await Encoder.create(FF_ENCODER_LIBX264, {
      filter,
      threadCount: 1,
      gopSize: gopFrames,
      maxBFrames: 0,
      maxRate: "4M",
      bufSize: "8M",
      options: { preset, profile: "baseline", crf: 23, sc_threshold: 0 },
    });
    const track = new EncodeTrack({ decoder, filter, encoder, muxer, muxerIndex: muxer.addStream(encoder) });
    track.#picturesLeft = PICTURES_AHEAD;
    return track;
  }

  static async audio(stream: Stream, muxer: Muxer): Promise<EncodeTrack> {
    const decoder = await Decoder.create(stream, DECODER);
    const filter = FilterAPI.create(
      "aresample=48000:async=1000:first_pts=0,aformat=sample_fmts=fltp:channel_layouts=stereo",
      { threads: 1 },
    );
    const encoder = await Encoder.create(FF_ENCODER_AAC, { filter, bitrate: "128k" });
    return new EncodeTrack({ decoder, filter, encoder, muxer, muxerIndex: muxer.addStream(encoder) });
  }

  /** Takes the packet's content, not the packet; `null` ends the track. */
  async push(packet: Packet | null): Promise<void> {
    await this.decoder.decode(packet);
    for (let frame = await this.decoder.receive(); frame; frame = await this.decoder.receive()) {
      try {
        this.#refuseGap(frame);
        this.#refuseFlood();
        await this.filter.process(frame);
      } finally {
        frame.free();
      }
      await this.#encodeFiltered();
    }
    if (packet === null) await this.#finish();
  }

  close(): void {
    this.decoder.close();
    this.filter.close();
    this.encoder.close();
  }

  async #finish(): Promise<void> {
    await this.filter.flush();
    await this.#encodeFiltered();
    await this.encoder.encode(null);
    await this.#writeEncoded();
  }

  async #encodeFiltered(): Promise<void> {
    for (let frame = await this.filter.receive(); frame; frame = await this.filter.receive()) {
      const endsAt = frame.pts + frame.duration;
      this.writtenSeconds = (Number(endsAt) * frame.timeBase.num) / frame.timeBase.den;
      try {
        await this.encoder.encode(frame);
      } finally {
        frame.free();
      }
      await this.#writeEncoded();
    }
  }

  async #writeEncoded(): Promise<void> {
    for (let packet = await this.encoder.receive(); packet; packet = await this.encoder.receive()) {
      try {
        await this.muxer.writePacket(packet, this.muxerIndex);
      } finally {
        packet.free();
      }
    }
  }

  #refuseFlood(): void {
    if (this.#picturesLeft === null) return;
    this.#picturesLeft -= 1;
    if (this.#picturesLeft + this.writtenSeconds * MAX_PICTURES_PER_SECOND < 0)
      throw new ConversionRefused("unsupported", `more than ${MAX_PICTURES_PER_SECOND} pictures a second`);
  }

  #refuseGap(frame: Frame): void {
    const seconds = (Number(frame.pts) * frame.timeBase.num) / frame.timeBase.den;
    const before = this.#lastInputSeconds ?? 0;
    if (Math.abs(seconds - before) > MAX_GAP_SECONDS)
      throw new ConversionRefused("broken", `timestamps jump from ${before} s to ${seconds} s`);
    this.#lastInputSeconds = seconds;
  }
}
