import "./quiet-ffmpeg.ts";
import { SoundEncoder } from "../../media/mixer/encode/sound-encoder.ts";
import { type EncodedPicture, VideoEncoder } from "../../media/mixer/encode/video-encoder.ts";
import type { RtpTarget } from "../../media/mixer/mixer-messages.ts";
import {
  createPicture,
  fillPicture,
  type OwnedPicture,
  type YuvColour,
} from "../../media/mixer/picture/planes.ts";
import { packetizeH264 } from "../../media/mixer/rtp/h264-packetizer.ts";
import { RtpSockets, RtpStreamOut } from "../../media/mixer/rtp/rtp-out.ts";

export const RED: YuvColour = { y: 81, u: 90, v: 240 };
export const GREEN: YuvColour = { y: 145, u: 54, v: 34 };
export const BLUE: YuvColour = { y: 41, u: 240, v: 110 };
export const WHITE: YuvColour = { y: 235, u: 128, v: 128 };
export const BLACK: YuvColour = { y: 16, u: 128, v: 128 };

/** Encoded pictures of a clip, its first one an IDR, to be sent over and over. */
export async function encodeClip(options: {
  widthPx: number;
  heightPx: number;
  fps: number;
  frames: number;
  kbps?: number;
  /** A key frame every so many; only the first when left out. */
  keyEvery?: number;
  draw: (picture: OwnedPicture, frame: number) => void;
}): Promise<EncodedPicture[]> {
  const { widthPx, heightPx, fps } = options;
  const encoder = await VideoEncoder.create({ widthPx, heightPx, fps, kbps: options.kbps ?? 1500 });
  const picture = createPicture(widthPx, heightPx);
  const clip: EncodedPicture[] = [];
  for (let frame = 0; frame < options.frames; frame += 1) {
    options.draw(picture, frame);
    clip.push(
      (await encoder.encode(picture.frame, {
        frameIndex: frame,
        isKey: frame % (options.keyEvery ?? Number.POSITIVE_INFINITY) === 0,
      }))!,
    );
  }
  encoder.close();
  picture.frame.free();
  return clip;
}

/** A field of one colour with a white bar that walks across it. */
export function drawMoving(colour: YuvColour): (picture: OwnedPicture, frame: number) => void {
  return (picture, frame) => {
    fillPicture(picture, colour);
    const { widthPx, heightPx, strides } = picture;
    const x = (frame * 16) % (widthPx - 32);
    for (let row = 0; row < heightPx; row += 1) {
      picture.planes[0].fill(235, row * strides[0]! + x, row * strides[0]! + x + 32);
    }
  };
}

/** Sends a clip as a camera would: in real time, over and over, timestamps going on. */
export class VideoFeeder {
  readonly #sockets = new RtpSockets();
  readonly #stream: RtpStreamOut;
  #clip: EncodedPicture[];
  #next: EncodedPicture[] | null = null;
  readonly #fps: number;
  readonly #zeroMs = performance.now();
  readonly #firstMs: number;
  #sent = 0;
  #isPaused = false;
  #timer: NodeJS.Timeout;
  /** A key frame was asked for: the clip begins again. */
  #restarts = false;
  #place = 0;

  constructor(
    target: RtpTarget,
    clip: EncodedPicture[],
    options: { fps: number; firstMs?: number; place?: number },
  ) {
    this.#stream = new RtpStreamOut(this.#sockets, { target, clockRate: 90_000, cname: "camera" });
    this.#clip = clip;
    this.#fps = options.fps;
    this.#firstMs = options.firstMs ?? 1_000_000;
    this.#place = options.place ?? 0;
    this.#timer = setTimeout(() => this.#tick(), 0);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    this.#restarts = true;
  }

  restartClip(): void {
    this.#restarts = true;
  }

  /** Goes on with another layer of the same clip from its next key frame on, as the SFU does. */
  changeLayer(clip: EncodedPicture[]): void {
    this.#next = clip;
  }

  #tick(): void {
    const frameMs = 1000 / this.#fps;
    while (performance.now() - this.#zeroMs >= this.#sent * frameMs) {
      if (this.#next?.[this.#place % this.#next.length]?.isKey) {
        this.#clip = this.#next;
        this.#next = null;
      }
      if (this.#restarts) this.#place = 0;
      this.#restarts = false;
      const picture = this.#clip[this.#place % this.#clip.length]!;
      const atMs = this.#firstMs + this.#sent * frameMs;
      if (!this.#isPaused) this.#stream.send(packetizeH264(picture.data), atMs, Date.now());
      this.#place += 1;
      this.#sent += 1;
    }
    this.#timer = setTimeout(
      () => this.#tick(),
      Math.max(1, this.#zeroMs + this.#sent * frameMs - performance.now()),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#sockets.close();
  }
}

/** Sends sound as a microphone would: `level(sample)` gives each sample. */
export class SoundFeeder {
  readonly #sockets = new RtpSockets();
  readonly #stream: RtpStreamOut;
  readonly #encoder: SoundEncoder;
  readonly #level: (sample: number) => number;
  readonly #zeroMs = performance.now();
  readonly #firstMs: number;
  #sample = 0;
  #timer: NodeJS.Timeout;
  readonly #block = new Float32Array(960);

  private constructor(
    encoder: SoundEncoder,
    options: { target: RtpTarget; level: (sample: number) => number; firstMs: number },
  ) {
    this.#encoder = encoder;
    this.#level = options.level;
    this.#firstMs = options.firstMs;
    this.#stream = new RtpStreamOut(this.#sockets, {
      target: options.target,
      clockRate: 48_000,
      cname: "camera",
    });
    this.#timer = setTimeout(() => this.#tick(), 0);
  }

  static async create(
    target: RtpTarget,
    level: (sample: number) => number,
    options: { firstMs?: number } = {},
  ): Promise<SoundFeeder> {
    const encoder = await SoundEncoder.createOpus(64);
    return new SoundFeeder(encoder, { target, level, firstMs: options.firstMs ?? 5_000_000 });
  }

  #tick(): void {
    while (performance.now() - this.#zeroMs >= this.#sample / 48) {
      for (let i = 0; i < 960; i += 1) this.#block[i] = this.#level(this.#sample + i);
      for (const packet of this.#encoder.encode(this.#block, this.#block)) {
        this.#stream.send([packet.data], this.#firstMs + this.#sample / 48, Date.now());
      }
      this.#sample += 960;
    }
    this.#timer = setTimeout(
      () => this.#tick(),
      Math.max(1, this.#zeroMs + this.#sample / 48 - performance.now()),
    );
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#sockets.close();
    this.#encoder.close();
  }
}

/** A tone of this frequency and peak level. */
export function tone(hertz: number, peak: number): (sample: number) => number {
  return (sample) => peak * Math.sin((2 * Math.PI * hertz * sample) / 48_000);
}
