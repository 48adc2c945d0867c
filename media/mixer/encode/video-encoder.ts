import { AV_PICTURE_TYPE_I, AV_PICTURE_TYPE_NONE, AV_PIX_FMT_YUV420P } from "node-av/constants";
import { Codec, CodecContext, type Frame, Packet, Rational } from "node-av/lib";
import { must } from "../native.ts";
import { openCodec } from "../open-codec.ts";

export interface EncodedPicture {
  /** Annex B; parameter sets before each IDR. */
  data: Buffer;
  isKey: boolean;
}

/**
 * How far the bitrate may go above what is asked for, and the buffer (VBV) by which it is counted: a key frame is no
 * larger than that. Routers before a weak line hold about half a second.
 */
const ROOMY = { maxShare: 1.5, bufferSeconds: 1 };
const STEADY = { maxShare: 1.1, bufferSeconds: 0.5 };

/**
 * One rung's x264: constrained baseline, no B-frames, one picture in, one out. Key frames come only where they
 * are asked for, so that extra ones never move the grid of segments.
 */
export class VideoEncoder {
  readonly #context: CodecContext;
  readonly #packet = new Packet();
  #isClosed = false;
  #isBusy = false;

  private constructor(context: CodecContext) {
    this.#context = context;
    this.#packet.alloc();
  }

  /** `isSteady`: for weak lines. */
  static async create(options: {
    widthPx: number;
    heightPx: number;
    fps: number;
    kbps: number;
    isSteady?: boolean;
  }): Promise<VideoEncoder> {
    const { maxShare, bufferSeconds } = options.isSteady ? STEADY : ROOMY;
    const codec = Codec.findEncoderByName("libx264" as never);
    const context = new CodecContext();
    context.allocContext3(codec);
    context.width = options.widthPx;
    context.height = options.heightPx;
    context.pixelFormat = AV_PIX_FMT_YUV420P;
    context.timeBase = new Rational(1, options.fps);
    context.framerate = new Rational(options.fps, 1);
    context.bitRate = BigInt(options.kbps * 1000);
    context.rcMaxRate = BigInt(Math.round(options.kbps * 1000 * maxShare));
    context.rcBufferSize = Math.round(options.kbps * 1000 * bufferSeconds);
    context.gopSize = 1_000_000;
    context.maxBFrames = 0;
    context.threadCount = 1;
    await openCodec(context, codec, {
      preset: "veryfast",
      profile: "baseline",
      tune: "zerolatency",
      "forced-idr": "1",
      // subme=1: a third cheaper than the preset's 2, at most 0.25 dB (docs/decisions/0011-mixer.md).
      "x264-params": "repeat-headers=1:annexb=1:scenecut=0:keyint=infinite:subme=1",
    });
    return new VideoEncoder(context);
  }

  /** Encodes off the main thread; one at a time. `frameIndex` is the clock's, gaps are fine. */
  async encode(
    frame: Frame,
    options: { frameIndex: number; isKey: boolean },
  ): Promise<EncodedPicture | null> {
    if (this.#isClosed) return null;
    frame.pts = BigInt(options.frameIndex);
    frame.pictType = options.isKey ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    this.#isBusy = true;
    try {
      must("x264 send", await this.#context.sendFrame(frame));
      // The work was done in sendFrame, off the main thread; this only hands it over.
      must("x264 receive", this.#context.receivePacketSync(this.#packet));
      const picture = { data: Buffer.from(this.#packet.data!), isKey: this.#packet.isKeyframe };
      this.#packet.unref();
      return picture;
    } finally {
      this.#isBusy = false;
      if (this.#isClosed) this.#free();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isBusy) this.#free();
  }

  #free(): void {
    this.#packet.free();
    this.#context.freeContext();
  }
}
