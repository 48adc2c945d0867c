import { AV_PIX_FMT_YUVJ420P } from "node-av/constants";
import { Codec, CodecContext, Packet, Rational } from "node-av/lib";
import { must } from "../native.ts";
import { openCodec } from "../open-codec.ts";
import { createPicture, type OwnedPicture } from "../picture/planes.ts";
import { ScaleInto } from "../picture/scale-into.ts";

/** Small JPEG pictures of the canvas. */
export class JpegEncoder {
  readonly #picture: OwnedPicture;
  readonly #scaler = new ScaleInto(AV_PIX_FMT_YUVJ420P);
  readonly #size: { widthPx: number; heightPx: number };
  #isBusy = false;
  #isClosed = false;

  constructor(size: { widthPx: number; heightPx: number }) {
    this.#size = size;
    this.#picture = createPicture(size.widthPx, size.heightPx);
    this.#picture.frame.format = AV_PIX_FMT_YUVJ420P;
  }

  /** Reads the canvas at once, encodes off the main thread. `null` when closed or still busy with the last. */
  async encode(canvas: OwnedPicture): Promise<Buffer | null> {
    if (this.#isBusy || this.#isClosed) return null;
    const whole = (of: OwnedPicture) => ({ x: 0, y: 0, widthPx: of.widthPx, heightPx: of.heightPx });
    this.#scaler.draw(canvas.frame, { source: whole(canvas), target: whole(this.#picture) }, this.#picture);
    this.#isBusy = true;
    try {
      return await this.#encode();
    } finally {
      this.#isBusy = false;
      if (this.#isClosed) this.#picture.frame.free();
    }
  }

  async #encode(): Promise<Buffer> {
    const codec = Codec.findEncoderByName("mjpeg" as never);
    const context = new CodecContext();
    const packet = new Packet();
    context.allocContext3(codec);
    context.width = this.#size.widthPx;
    context.height = this.#size.heightPx;
    context.pixelFormat = AV_PIX_FMT_YUVJ420P;
    context.timeBase = new Rational(1, 25);
    await openCodec(context, codec, { qmin: "4", qmax: "6" });
    packet.alloc();
    try {
      must("jpeg send", await context.sendFrame(this.#picture.frame));
      must("jpeg receive", await context.receivePacket(packet));
      return Buffer.from(packet.data!);
    } finally {
      packet.free();
      context.freeContext();
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#scaler.close();
    if (!this.#isBusy) this.#picture.frame.free();
  }
}
