import { Codec, CodecContext, Frame, type Packet, type Stream } from "node-av/lib";
import { must } from "../native.ts";
import { openCodec } from "../open-codec.ts";

/** Decodes one stream of a file off the main thread; one call at a time. */
export class FileDecoder {
  readonly #context: CodecContext;
  #isFlushed = false;

  private constructor(context: CodecContext) {
    this.#context = context;
  }

  /** @throws NativeError when there is no decoder for it. */
  static async open(stream: Stream, threads: number): Promise<FileDecoder> {
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    if (!codec) throw new Error("no decoder for this file");
    const context = new CodecContext();
    context.allocContext3(codec);
    must("decoder parameters", context.parametersToContext(stream.codecpar));
    context.pktTimebase = stream.timeBase;
    context.threadCount = threads;
    await openCodec(context, codec);
    return new FileDecoder(context);
  }

  /** Takes over the packet; `null` ends the stream. The caller frees the frames. A bad packet gives none. */
  async decode(packet: Packet | null): Promise<Frame[]> {
    if (this.#isFlushed) return [];
    this.#isFlushed = packet === null;
    await this.#context.sendPacket(packet);
    packet?.free();
    const frames: Frame[] = [];
    for (;;) {
      const frame = new Frame();
      frame.alloc();
      if ((await this.#context.receiveFrame(frame)) < 0) {
        frame.free();
        return frames;
      }
      frames.push(frame);
    }
  }

  close(): void {
    this.#context.freeContext();
  }
}
