import { AV_CODEC_FLAG_LOW_DELAY, AVERROR_EAGAIN } from "node-av/constants";
import { Codec, CodecContext, type CodecParameters, Frame, Packet, type Rational } from "node-av/lib";
import { must } from "../native.ts";
import { openCodec } from "../open-codec.ts";

interface Waiting {
  data: Buffer;
  isKey: boolean;
  pts: bigint;
}

/** Two seconds; more means that this machine cannot keep up. */
const MAX_WAITING = 60;

/**
 * Decodes off the main thread, one access unit at a time, in order. Takes over what it is given, hands over
 * each frame. `close()` frees once the call under way has come back.
 */
export class VideoDecoder {
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #waiting: Waiting[] = [];
  /** Empty, for the next picture. */
  #next: Frame | null = null;
  readonly #onFrame: (frame: Frame) => void;
  readonly #onError: () => void;
  #isThreaded = false;
  #isOpen = false;
  #isRunning = false;
  #isClosed = false;

  /** `onFrame` owns the frame; its `pts` is the access unit's. `onError`: ask for a key frame. */
  constructor(events: { onFrame: (frame: Frame) => void; onError: () => void }) {
    this.#onFrame = events.onFrame;
    this.#onError = events.onError;
    this.#packet.alloc();
  }

  /** With `parameters` for a file's stream, without for H.264 as it comes over RTP (Annex B, no delay). */
  async open(stream?: { parameters: CodecParameters; timeBase: Rational; threads: number }): Promise<void> {
    const codec = stream
      ? Codec.findDecoder(stream.parameters.codecId)
      : Codec.findDecoderByName("h264" as never);
    this.#context.allocContext3(codec);
    if (stream) {
      must("decoder parameters", this.#context.parametersToContext(stream.parameters));
      this.#context.pktTimebase = stream.timeBase;
    } else {
      this.#context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
    }
    const threads = stream?.threads ?? 1;
    this.#isThreaded = threads !== 1;
    this.#context.threadCount = threads;
    await openCodec(this.#context, codec);
    this.#isOpen = true;
    if (this.#isClosed) this.#free();
    else void this.#run();
  }

  /** How many access units wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  push(unit: Waiting): void {
    if (this.#isClosed) return;
    this.#waiting.push(unit);
    if (this.#waiting.length > MAX_WAITING) this.#dropToKey();
    if (this.#isOpen && !this.#isRunning) void this.#run();
  }

  /** Too slow: go on from the newest key frame, or wait for one. */
  #dropToKey(): void {
    const newest = this.#waiting.findLastIndex((unit) => unit.isKey);
    this.#waiting.splice(0, newest === -1 ? this.#waiting.length : newest);
    if (newest === -1) this.#onError();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let unit = this.#waiting.shift(); unit && !this.#isClosed; unit = this.#waiting.shift()) {
        await this.#decode(unit);
      }
    } catch {
      if (!this.#isClosed) this.#onError();
    } finally {
      this.#isRunning = false;
      if (this.#isClosed) this.#free();
    }
  }

  async #decode(unit: Waiting): Promise<void> {
    this.#packet.data = unit.data;
    this.#packet.pts = unit.pts;
    this.#packet.dts = unit.pts;
    this.#packet.isKeyframe = unit.isKey;
    const sent = await this.#context.sendPacket(this.#packet);
    this.#packet.unref();
    if (sent < 0) {
      this.#onError();
      return;
    }
    while (!this.#isClosed) {
      const frame = this.#takeFrame();
      // Of a decoder without threads: the work is done in sendPacket, this only hands it over.
      const got = this.#isThreaded
        ? await this.#context.receiveFrame(frame)
        : this.#context.receiveFrameSync(frame);
      if (got >= 0 && !this.#isClosed) {
        this.#onFrame(frame);
        continue;
      }
      if (got < 0) this.#next = frame;
      else frame.free();
      if (got < 0 && got !== AVERROR_EAGAIN) this.#onError();
      return;
    }
  }

  #takeFrame(): Frame {
    const frame = this.#next ?? new Frame();
    if (!this.#next) frame.alloc();
    this.#next = null;
    return frame;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#waiting.length = 0;
    if (this.#isOpen && !this.#isRunning) this.#free();
  }

  #free(): void {
    this.#packet.free();
    this.#next?.free();
    this.#next = null;
    this.#context.freeContext();
  }
}
