import { AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO, AVSEEK_FLAG_BACKWARD } from "node-av/constants";
import { Dictionary, FormatContext, InputFormat, Packet, type Stream } from "node-av/lib";
import { must } from "../native.ts";

const MICROSECONDS = 1_000_000;

/** Reads packets of an MP4: its best picture and its best sound. One call at a time. */
export class FileReader {
  readonly #context: FormatContext;
  readonly video: Stream | null;
  readonly audio: Stream | null;
  /** The file's own zero, ms; timestamps count from there. */
  readonly #zeroMs: number;
  readonly durationMs: number;

  private constructor(context: FormatContext, kind: "audio" | "video" | "both") {
    this.#context = context;
    const best = (type: typeof AVMEDIA_TYPE_AUDIO) => {
      const index = context.findBestStream(type);
      return index < 0 ? null : context.streams[index]!;
    };
    this.video = kind === "audio" ? null : best(AVMEDIA_TYPE_VIDEO);
    this.audio = kind === "video" ? null : best(AVMEDIA_TYPE_AUDIO);
    this.#zeroMs = Math.max(0, Number(context.startTime) / 1000);
    this.durationMs = Number(context.duration) / 1000;
  }

  /** Only MP4, only from a local file. @throws NativeError */
  static async open(path: string, kind: "audio" | "video" | "both"): Promise<FileReader> {
    const context = new FormatContext();
    const options = Dictionary.fromObject({ protocol_whitelist: "file", enable_drefs: "0" });
    try {
      must("open file", await context.openInput(path, InputFormat.findInputFormat("mp4"), options));
    } finally {
      options.free();
    }
    must("read file's streams", await context.findStreamInfo());
    return new FileReader(context, kind);
  }

  /** Goes to the last key frame at or before `positionMs`. */
  async seek(positionMs: number): Promise<void> {
    const target = BigInt(Math.round((positionMs + this.#zeroMs) * (MICROSECONDS / 1000)));
    must("seek", await this.#context.seekFrame(-1, target, AVSEEK_FLAG_BACKWARD));
  }

  /** The next packet of either stream, which the caller frees; `null` at the end. @throws NativeError */
  async read(): Promise<{ packet: Packet; of: "video" | "audio" } | null> {
    for (;;) {
      const packet = new Packet();
      packet.alloc();
      if ((await this.#context.readFrame(packet)) < 0) {
        packet.free();
        return null;
      }
      if (packet.streamIndex === this.video?.index) return { packet, of: "video" };
      if (packet.streamIndex === this.audio?.index) return { packet, of: "audio" };
      packet.free();
    }
  }

  /** Milliseconds from the file's zero of a timestamp of one of its streams. */
  positionMs(timestamp: bigint, stream: Stream): number {
    const { num, den } = stream.timeBase;
    return (Number(timestamp) * num * 1000) / den - this.#zeroMs;
  }

  async close(): Promise<void> {
    await this.#context.closeInput();
  }
}
