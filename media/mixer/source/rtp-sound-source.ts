import { AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { Codec, CodecContext, Frame, Packet } from "node-av/lib";
import type { ProgrammeClock } from "../clock.ts";
import type { SourceOrigin } from "../mixer-messages.ts";
import { openCodec } from "../open-codec.ts";
import { Reorder } from "../rtp/reorder.ts";
import type { RtpPacket } from "../rtp/rtp-packet.ts";
import { Unwrapper } from "../rtp/unwrap.ts";
import { SAMPLE_RATE } from "../sound/sound-block.ts";
import { SoundBuffer } from "../sound/sound-buffer.ts";
import { createSoundFrame } from "../sound/sound-frame.ts";
import { SoundTap } from "../sound/sound-tap.ts";
import { Playout, type SharedDelay } from "./playout.ts";
import { RtpSocket } from "./rtp-socket.ts";
import type { Source, SourceEvents } from "./source.ts";

const REORDER_WAIT_MS = 60;
const SAMPLES_PER_MS = SAMPLE_RATE / 1000;

interface Heard {
  frame: Frame;
  left: Float32Array;
  right: Float32Array;
}

/** A microphone: Opus over RTP from the SFU. Decoding takes a tenth of a millisecond a packet, so it is done in step. */
export class RtpSoundSource implements Source {
  readonly isEnded = false;
  readonly tap: SoundTap;
  readonly size = null;
  readonly #clock: ProgrammeClock;
  readonly #socket: RtpSocket;
  readonly #reorder = new Reorder(REORDER_WAIT_MS);
  readonly #timestamps = new Unwrapper(32);
  readonly #playout: Playout;
  readonly #buffer = new SoundBuffer();
  readonly #context = new CodecContext();
  readonly #packet = new Packet();
  readonly #frame = new Frame();
  /** What was decoded, where it can be read: buffer objects over other memory for each packet cost more than a copy. */
  #heard: Heard | null = null;
  #isOpen = false;
  #isClosed = false;
  #lastAliveMs: number | null = null;

  constructor(
    origin: Extract<SourceOrigin, { type: "rtp" }>,
    context: { clock: ProgrammeClock; delay: SharedDelay; events: SourceEvents },
  ) {
    this.#clock = context.clock;
    this.#playout = new Playout(context.delay, "sound");
    this.tap = new SoundTap(this.#buffer, (nowMs) => {
      const mediaMs = this.#playout.mediaAtMs(nowMs);
      return mediaMs === null ? null : mediaMs * SAMPLES_PER_MS;
    });
    this.#packet.alloc();
    this.#frame.alloc();
    this.#open().catch((error: Error) => context.events.failed(error.message));
    this.#socket = new RtpSocket({
      ...origin,
      onPacket: (packet) => this.#take(packet),
      onFailed: (reason) => context.events.failed(reason),
    });
  }

  get lastAliveMs(): number | null {
    return this.#lastAliveMs;
  }

  pictureAt(): null {
    return null;
  }

  async #open(): Promise<void> {
    const codec = Codec.findDecoderByName("opus" as never);
    this.#context.allocContext3(codec);
    this.#context.sampleRate = SAMPLE_RATE;
    this.#context.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
    await openCodec(this.#context, codec);
    this.#isOpen = true;
    if (this.#isClosed) this.#free();
  }

  #take(packet: RtpPacket): void {
    const nowMs = this.#clock.nowMs();
    for (const ordered of this.#reorder.push(packet, nowMs)) this.#decode(ordered.packet, nowMs);
  }

  tick(): void {
    const nowMs = this.#clock.nowMs();
    for (const ordered of this.#reorder.expire(nowMs)) this.#decode(ordered.packet, nowMs);
  }

  #decode(packet: RtpPacket, nowMs: number): void {
    if (!this.#isOpen) return;
    const start = this.#timestamps.unwrap(packet.timestamp);
    this.#packet.data = packet.payload;
    const sent = this.#context.sendPacketSync(this.#packet);
    this.#packet.unref();
    if (sent < 0) return;
    if (this.#playout.observe(start / SAMPLES_PER_MS, this.#clock.arrival())) this.#buffer.clear();
    let at = start;
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      at += this.#write(at);
      this.#frame.unref();
    }
    if (at > start) this.#lastAliveMs = nowMs;
  }

  #write(start: number): number {
    const count = this.#frame.nbSamples;
    const heard = this.#readable(count);
    if (heard.frame.copy(this.#frame) < 0) return 0;
    this.#buffer.write(start, heard.left, heard.right);
    return count;
  }

  /** Memory for as many samples, the same as long as packets are as long. */
  #readable(count: number): Heard {
    if (this.#heard?.left.length === count) return this.#heard;
    this.#heard?.frame.free();
    this.#heard = null;
    const frame = createSoundFrame(AV_SAMPLE_FMT_FLTP, count);
    const [left, right] = frame.data!.map((plane) => new Float32Array(plane.buffer, plane.byteOffset, count));
    this.#heard = { frame, left: left!, right: right! };
    return this.#heard;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.close();
    if (this.#isOpen) this.#free();
    this.#isOpen = false;
  }

  #free(): void {
    this.#packet.free();
    this.#frame.free();
    this.#heard?.frame.free();
    this.#heard = null;
    this.#context.freeContext();
  }
}
