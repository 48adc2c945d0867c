import { open, rename, rm } from "node:fs/promises";
import { Demuxer, Muxer } from "node-av/api";
import type { Packet, Stream } from "node-av/lib";
import { ConversionRefused } from "./conversion-refused.ts";
import { EncodeTrack, type X264Preset } from "./encode-track.ts";

export interface EncodeInput {
  demuxer: Demuxer;
  video: Stream;
  /** `null`: silence is written, so that every converted file has sound. */
  audio: Stream | null;
  /** FFmpeg filter that turns the picture upright, or empty. */
  turn: string;
  /** x264's: how much time the encoder may take. */
  preset: X264Preset;
  /** 0 to 1 of `demuxer` at a packet that ends at `seconds` and lies at byte `position`. */
  progressAt(seconds: number, position: number): number;
  maxSeconds: number;
  /** @throws ConversionRefused when much less came out than the input announced. */
  requireWhole?(writtenSeconds: number): void;
}

/**
 * Writes `outputPath` in one piece: into a file beside it, synced, then renamed.
 * @returns the length in seconds. @throws ConversionRefused when the input is at fault.
 */
export async function encodeToFile(
  input: EncodeInput,
  outputPath: string,
  onProgress: (progress: number) => void,
): Promise<number> {
  const partPath = `${outputPath}.part`;
  try {
    const seconds = await encodeTo(input, partPath, onProgress);
    if (seconds <= 0) throw new ConversionRefused("broken", "no picture could be decoded");
    input.requireWhole?.(seconds);
    const part = await open(partPath, "r+");
    await part.sync().finally(() => part.close());
    await rename(partPath, outputPath);
    return seconds;
  } catch (error) {
    await rm(partPath, { force: true });
    throw error;
  }
}

async function encodeTo(
  input: EncodeInput,
  path: string,
  onProgress: (progress: number) => void,
): Promise<number> {
  await using muxer = await Muxer.open(path, { format: "mp4", options: { movflags: "+faststart" } });
  const silence = input.audio ? null : await Silence.create(muxer);
  const video = await EncodeTrack.video(input.video, muxer, input);
  const audio = input.audio ? await EncodeTrack.audio(input.audio, muxer) : null;
  try {
    for await (const packet of input.demuxer.packets()) {
      if (packet === null) break;
      try {
        const track =
          packet.streamIndex === input.video.index
            ? video
            : packet.streamIndex === input.audio?.index
              ? audio
              : null;
        if (!track) continue;
        await track.push(packet);
        await silence?.fillTo(video.writtenSeconds);
        if (track.writtenSeconds > input.maxSeconds)
          throw new ConversionRefused("too_long", `longer than ${input.maxSeconds} s`);
        onProgress(input.progressAt(track.writtenSeconds, Number(packet.pos)));
      } finally {
        packet.free();
      }
    }
    await video.push(null);
    await audio?.push(null);
    await silence?.end(video.writtenSeconds);
    return video.writtenSeconds;
  } finally {
    video.close();
    audio?.close();
    await silence?.close();
  }
}

/** A soundless track, made as the picture goes on. */
class Silence {
  private readonly demuxer: Demuxer;
  private readonly track: EncodeTrack;
  private readonly packets: AsyncGenerator<Packet | null>;

  private constructor(demuxer: Demuxer, track: EncodeTrack) {
    this.demuxer = demuxer;
    this.track = track;
    this.packets = demuxer.packets();
  }

  static async create(muxer: Muxer): Promise<Silence> {
    const demuxer = await Demuxer.open("anullsrc=r=48000:cl=stereo,aformat=sample_fmts=fltp", {
      format: "lavfi",
    });
    const stream = demuxer.audio();
    if (!stream) throw new Error("anullsrc gave no audio stream");
    return new Silence(demuxer, await EncodeTrack.audio(stream, muxer));
  }

  async fillTo(seconds: number): Promise<void> {
    while (this.track.writtenSeconds < seconds) {
      const { value: packet } = await this.packets.next();
      if (!packet) return;
      await this.track.push(packet);
      packet.free();
    }
  }

  async end(seconds: number): Promise<void> {
    await this.fillTo(seconds);
    await this.track.push(null);
  }

  async close(): Promise<void> {
    this.track.close();
    this.demuxer.interrupt();
    await this.demuxer.close();
  }
}
