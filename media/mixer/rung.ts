import { type EncodedPicture, VideoEncoder } from "./encode/video-encoder.ts";
import type { MixerConfig } from "./mixer-messages.ts";
import { createPicture, type OwnedPicture } from "./picture/planes.ts";
import { type Rows, rowsToHalve } from "./picture/rows.ts";
import { ScaleInto } from "./picture/scale-into.ts";
import { packetizeH264 } from "./rtp/h264-packetizer.ts";
import { type RtpSockets, RtpStreamOut } from "./rtp/rtp-out.ts";

/** Extra key frames: at most one in this time, and none when the regular one is this near. */
const EXTRA_KEY_EVERY_MS = 1000;
const REGULAR_IS_NEAR_MS = 200;

/** One size of the programme: scales the canvas when it must, encodes once, sends by RTP. */
export class Rung {
  readonly config: MixerConfig["rungs"][number];
  readonly #encoder: VideoEncoder;
  readonly #stream: RtpStreamOut;
  /** `null` when the rung has the canvas' own size. */
  readonly #scaled: { picture: OwnedPicture; scaler: ScaleInto } | null;
  #isKeyAsked = false;
  #extraKeyMs = Number.NEGATIVE_INFINITY;

  private constructor(
    config: MixerConfig["rungs"][number],
    encoder: VideoEncoder,
    options: { stream: RtpStreamOut; isScaled: boolean },
  ) {
    this.config = config;
    this.#encoder = encoder;
    this.#stream = options.stream;
    this.#scaled = options.isScaled
      ? { picture: createPicture(config.widthPx, config.heightPx), scaler: new ScaleInto() }
      : null;
  }

  static async create(
    config: MixerConfig["rungs"][number],
    context: { canvas: MixerConfig["canvas"]; sockets: RtpSockets; cname: string },
  ): Promise<Rung> {
    const { widthPx, heightPx, videoKbps: kbps, isSteady } = config;
    const { canvas } = context;
    const encoder = await VideoEncoder.create({ widthPx, heightPx, fps: canvas.fps, kbps, isSteady });
    const stream = new RtpStreamOut(context.sockets, {
      target: config.rtp,
      clockRate: 90_000,
      cname: context.cname,
    });
    const isScaled = widthPx !== canvas.widthPx || heightPx !== canvas.heightPx;
    return new Rung(config, encoder, { stream, isScaled });
  }

  askKeyFrame(): void {
    this.#isKeyAsked = true;
  }

  /**
   * `null` once closed. The canvas must stay as it is until this resolves. `changed`: its rows that are not as in the
   * frame before.
   */
  async encode(
    canvas: OwnedPicture,
    at: {
      frame: number;
      isRegularKey: boolean;
      untilRegularKeyMs: number;
      nowMs: number;
      changed: Rows | null;
    },
  ): Promise<EncodedPicture | null> {
    const isKey = at.isRegularKey || this.#takeExtraKey(at);
    if (at.isRegularKey) this.#isKeyAsked = false;
    return this.#encoder.encode(this.#pictureOf(canvas, at.changed).frame, { frameIndex: at.frame, isKey });
  }

  send(picture: EncodedPicture, atMs: number, wallMs: number): void {
    this.#stream.send(packetizeH264(picture.data), atMs, wallMs);
  }

  #takeExtraKey(at: { untilRegularKeyMs: number; nowMs: number }): boolean {
    if (!this.#isKeyAsked || at.untilRegularKeyMs <= REGULAR_IS_NEAR_MS) return false;
    if (at.nowMs - this.#extraKeyMs < EXTRA_KEY_EVERY_MS) return false;
    this.#isKeyAsked = false;
    this.#extraKeyMs = at.nowMs;
    return true;
  }

  #pictureOf(canvas: OwnedPicture, changed: Rows | null): OwnedPicture {
    if (!this.#scaled) return canvas;
    const { picture, scaler } = this.#scaled;
    if (!changed) return picture;
    if (canvas.widthPx === 2 * picture.widthPx && canvas.heightPx === 2 * picture.heightPx) {
      scaler.draw(canvas, rowsToHalve(changed, canvas), picture);
      return picture;
    }
    const whole = (of: OwnedPicture) => ({ x: 0, y: 0, widthPx: of.widthPx, heightPx: of.heightPx });
    scaler.draw(canvas, { source: whole(canvas), target: whole(picture) }, picture);
    return picture;
  }

  close(): void {
    this.#encoder.close();
    this.#scaled?.scaler.close();
  }
}
