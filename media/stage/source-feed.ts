import type { types } from "mediasoup";
import type { PictureSize, Scene, SourceOrigin } from "../mixer/mixer-messages.ts";
import { monotonicMs } from "../monotonic.ts";
import type { OpenProducer } from "../sfu/peer.ts";
import { mixerCapabilities } from "../sfu/router-codecs.ts";
import { HALF_LAYER, isLayerEnough } from "./feed-layer.ts";
import type { PortAllocator, PortPair } from "./port-allocator.ts";

/*
 * One backstage producer on its way to the mixer: a PlainTransport with one consumer, sent to a pair of loopback
 * ports on which the mixer listens. Owned by the mixer's session. Its source id in the mixer is the producer's id.
 * Of a camera with a half and a full layer it takes the one that the programme has use for; mediasoup goes over at a
 * key frame, and to the half layer by itself while the full one does not come.
 */

/** Until pictures come, a key frame is asked for this often; the producer's own limit is one a second too. */
const KEY_FRAME_RETRY_MS = 1_000;
const KEY_FRAME_RETRIES = 15;
/** The half layer is taken when it has been enough for so long: who speaks in turn does not change layers in turn. */
const HALF_AFTER_MS = 4_000;
/** A half layer that was too small is left alone for so long. */
const TOO_SMALL_MS = 60_000;
/** While another layer comes than the wanted one, mediasoup is made to look again this often. */
const LOOK_AGAIN_MS = 1_000;

export class SourceFeed {
  readonly of: OpenProducer;
  readonly origin: SourceOrigin;
  readonly #transport: types.PlainTransport;
  readonly #consumer: types.Consumer;
  readonly #release: () => void;
  #retry: NodeJS.Timeout | undefined;
  #readySinceMs: number | null = null;
  #hasStalled = false;
  #isHalfTaken = false;
  #halfTimer: NodeJS.Timeout | undefined;
  #lookTimer: NodeJS.Timeout | undefined;
  #tooSmallUntilMs = 0;

  /** @throws Error when the router or the producer closed meanwhile */
  static async create(router: types.Router, of: OpenProducer, ports: PortAllocator): Promise<SourceFeed> {
    const pair = await ports.take();
    let transport: types.PlainTransport | undefined;
    try {
      transport = await router.createPlainTransport({
        listenInfo: { protocol: "udp", ip: "127.0.0.1" },
        rtcpMux: false,
        comedia: false,
      });
      await transport.connect({ ip: "127.0.0.1", port: pair.port, rtcpPort: pair.rtcpPort });
      const consumer = await transport.consume({
        producerId: of.producer.id,
        rtpCapabilities: mixerCapabilities(router.rtpCapabilities),
      });
      return new SourceFeed({ of, transport, consumer, pair, release: () => ports.release(pair) });
    } catch (error) {
      transport?.close();
      ports.release(pair);
      throw error;
    }
  }

  private constructor(parts: {
    of: OpenProducer;
    transport: types.PlainTransport;
    consumer: types.Consumer;
    pair: PortPair;
    release: () => void;
  }) {
    this.of = parts.of;
    this.#transport = parts.transport;
    this.#consumer = parts.consumer;
    this.#release = parts.release;
    const { codecs, encodings, rtcp } = parts.consumer.rtpParameters;
    this.origin = {
      type: "rtp",
      port: parts.pair.port,
      rtcpPort: parts.pair.rtcpPort,
      payloadType: codecs[0]!.payloadType,
      ssrc: encodings![0]!.ssrc!,
      codec: parts.consumer.kind === "video" ? "h264" : "opus",
      cname: rtcp?.cname ?? parts.of.producer.id,
    };
    this.#consumer.on("layerschange", () => this.#lookAgain());
  }

  get sourceId(): string {
    return this.of.producer.id;
  }

  get kind(): types.MediaKind {
    return this.of.producer.kind;
  }

  /** Pictures or sound come out of it in the mixer since then, by `monotonicMs`; `null`: not yet, or stalled. */
  get readySinceMs(): number | null {
    return this.#readySinceMs;
  }

  get hasStalled(): boolean {
    return this.#hasStalled;
  }

  setReady(isReady: boolean): void {
    if (isReady) this.#readySinceMs ??= monotonicMs();
    // A muted one falls silent by its owner's wish.
    else if (this.#readySinceMs !== null && !this.isPaused) this.#hasStalled = true;
    if (!isReady) this.#readySinceMs = null;
  }

  get isPaused(): boolean {
    return this.of.producer.paused;
  }

  requestKeyFrame(): void {
    if (this.kind === "video" && !this.#consumer.closed)
      this.#consumer.requestKeyFrame().catch(() => undefined);
  }

  /** Asks again and again until the first picture came: the first packets may come before the mixer listens. */
  requestFirstPicture(retriesLeft = KEY_FRAME_RETRIES): void {
    if (this.kind !== "video" || this.#readySinceMs !== null || retriesLeft === 0) return;
    this.requestKeyFrame();
    this.#retry = setTimeout(() => this.requestFirstPicture(retriesLeft - 1), KEY_FRAME_RETRY_MS);
  }

  /**
   * Call with each scene, and when the picture's size became known. More pixels are asked for at once, fewer when they
   * were enough for `HALF_AFTER_MS`.
   */
  chooseLayer(shown: { scene: Scene; canvas: PictureSize }): void {
    if (this.#layers < 2) return;
    const isEnough =
      monotonicMs() >= this.#tooSmallUntilMs && isLayerEnough(HALF_LAYER, this.sourceId, shown);
    if (!isEnough) {
      clearTimeout(this.#halfTimer);
      this.#halfTimer = undefined;
      if (!this.#isHalfTaken) return;
      this.#isHalfTaken = false;
      this.#take();
      return;
    }
    if (this.#isHalfTaken || this.#halfTimer) return;
    this.#halfTimer = setTimeout(() => {
      this.#halfTimer = undefined;
      this.#isHalfTaken = true;
      this.#take();
    }, HALF_AFTER_MS);
  }

  /** What comes of the half layer, when a busy page makes it smaller than agreed: then the full one is taken for a while. */
  sawSize(size: PictureSize, shown: { scene: Scene; canvas: PictureSize }): void {
    if (!this.#isHalfTaken || isLayerEnough(size, this.sourceId, shown)) return;
    this.#tooSmallUntilMs = monotonicMs() + TOO_SMALL_MS;
    this.chooseLayer(shown);
  }

  get #layers(): number {
    return this.of.producer.rtpParameters.encodings?.length ?? 1;
  }

  get #wantedLayer(): number {
    return this.#isHalfTaken ? this.#layers - 2 : this.#layers - 1;
  }

  #take(): void {
    if (this.#consumer.closed) return;
    this.#consumer.setPreferredLayers({ spatialLayer: this.#wantedLayer }).catch(() => undefined);
    this.#lookAgain();
  }

  /**
   * On a transport without an estimate of bandwidth mediasoup (3.27, `SimulcastProducerStreamManager`) looks for a
   * better layer when that layer's first sender report comes, which is before it can tell the layer's time; and then not
   * again until another layer is preferred. So it is told to prefer the lowest and the wanted one, while a layer other
   * than the wanted comes although that is sent.
   */
  #lookAgain(): void {
    const isIt = () =>
      this.#consumer.closed || (this.#consumer.currentLayers?.spatialLayer ?? 0) >= this.#wantedLayer;
    if (this.#lookTimer || isIt()) return;
    this.#lookTimer = setTimeout(() => {
      this.#lookTimer = undefined;
      if (isIt()) return;
      const isSent = this.of.producer.score.some(
        ({ encodingIdx, score }) => encodingIdx === this.#wantedLayer && score > 0,
      );
      if (isSent) this.#consumer.setPreferredLayers({ spatialLayer: 0 }).catch(() => undefined);
      if (isSent) this.#take();
      else this.#lookAgain();
    }, LOOK_AGAIN_MS);
  }

  close(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#lookTimer);
    clearTimeout(this.#halfTimer);
    this.#transport.close();
    this.#release();
  }
}
