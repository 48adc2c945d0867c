import type { ProgrammeClock } from "../clock.ts";
import type { PictureSize, SourceOrigin } from "../mixer-messages.ts";
import { PictureQueue, type ShownPicture } from "../picture/picture-queue.ts";
import { H264Depacketizer } from "../rtp/h264-depacketizer.ts";
import { Reorder } from "../rtp/reorder.ts";
import type { RtpPacket } from "../rtp/rtp-packet.ts";
import { Unwrapper } from "../rtp/unwrap.ts";
import { Playout, type SharedDelay } from "./playout.ts";
import { RtpSocket } from "./rtp-socket.ts";
import type { Source, SourceEvents } from "./source.ts";
import { VideoDecoder } from "./video-decoder.ts";

/** The SFU asks the browser for what was lost; this long it may take to arrive. */
const REORDER_WAIT_MS = 150;
const KEY_FRAME_ASK_EVERY_MS = 500;

/** A camera or a shared screen: H.264 over RTP from the SFU. */
export class RtpVideoSource implements Source {
  readonly tap = null;
  readonly isEnded = false;
  readonly #clock: ProgrammeClock;
  readonly #events: SourceEvents;
  readonly #socket: RtpSocket;
  readonly #reorder = new Reorder(REORDER_WAIT_MS);
  readonly #depacketizer = new H264Depacketizer();
  readonly #timestamps = new Unwrapper(32);
  readonly #playout: Playout;
  readonly #decoder: VideoDecoder;
  readonly #queue = new PictureQueue();
  #askedMs = Number.NEGATIVE_INFINITY;
  #lastAliveMs: number | null = null;
  #size: PictureSize | null = null;

  constructor(
    origin: Extract<SourceOrigin, { type: "rtp" }>,
    context: { clock: ProgrammeClock; delay: SharedDelay; events: SourceEvents },
  ) {
    this.#clock = context.clock;
    this.#events = context.events;
    this.#playout = new Playout(context.delay, "picture");
    this.#decoder = new VideoDecoder({
      onFrame: (frame) => {
        this.#lastAliveMs = this.#clock.nowMs();
        this.#size = { widthPx: frame.width, heightPx: frame.height };
        this.#queue.push(frame, this.#playout.playAtMs(Number(frame.pts) / 90));
      },
      onError: () => this.#depacketizer.restart(),
    });
    this.#decoder.open().catch((error: Error) => this.#events.failed(error.message));
    this.#socket = new RtpSocket({
      ...origin,
      onPacket: (packet) => this.#take(packet),
      onFailed: (reason) => this.#events.failed(reason),
    });
    this.tick();
  }

  get lastAliveMs(): number | null {
    return this.#lastAliveMs;
  }

  get size(): PictureSize | null {
    return this.#size;
  }

  pictureAt(nowMs: number): ShownPicture | null {
    return this.#queue.at(nowMs);
  }

  #take(packet: RtpPacket): void {
    for (const ordered of this.#reorder.push(packet, this.#clock.nowMs())) this.#depacketize(ordered);
  }

  #depacketize(ordered: Parameters<H264Depacketizer["push"]>[0]): void {
    for (const unit of this.#depacketizer.push(ordered)) {
      const ticks = this.#timestamps.unwrap(unit.timestamp);
      if (this.#playout.observe(ticks / 90, this.#clock.arrival())) this.#queue.clear();
      this.#decoder.push({ data: unit.data, isKey: unit.isKey, pts: BigInt(ticks) });
    }
  }

  tick(): void {
    const nowMs = this.#clock.nowMs();
    for (const ordered of this.#reorder.expire(nowMs)) this.#depacketize(ordered);
    if (!this.#depacketizer.waitsForKey || nowMs - this.#askedMs < KEY_FRAME_ASK_EVERY_MS) return;
    this.#askedMs = nowMs;
    this.#events.needKeyFrame();
  }

  close(): void {
    this.#socket.close();
    this.#decoder.close();
    this.#queue.close();
  }
}
