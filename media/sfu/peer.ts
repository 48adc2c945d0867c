import type { types } from "mediasoup";
import type { ConsumerOptions, TransportOptions } from "../../server/contract/rooms.ts";
import type { ProducerSource } from "../../server/contract/rtp.ts";
import type { Log } from "../log.ts";
import { MediaError } from "../media-error.ts";
import { monotonicMs } from "../monotonic.ts";
import type { Notify } from "../notify.ts";
import type { Site } from "./room-sites.ts";

export interface OpenProducer {
  producer: types.Producer;
  /** `null`: the programme, which no peer sends. */
  peerId: string | null;
  source: ProducerSource;
}

export interface PeerOptions {
  peerId: string;
  roomId: string;
  notify: Notify;
  log: Log;
  rtpCapabilities: types.RtpCapabilities;
  /** Where its transports are. */
  site: Site;
  sendTransport: types.WebRtcTransport | null;
  receiveTransport: types.WebRtcTransport;
  onClosed: () => void;
}

/** One participant's mediasoup objects in one room. Owned by the room; its transports own the rest. */
export class Peer {
  readonly peerId: string;
  readonly rtpCapabilities: types.RtpCapabilities;
  readonly site: Site;
  readonly sendTransport: types.WebRtcTransport | null;
  readonly receiveTransport: types.WebRtcTransport;
  readonly consumers = new Map<string, types.Consumer>();
  /** Last request of this peer, by `monotonicMs`. */
  touchedAtMs = monotonicMs();
  readonly #options: PeerOptions;
  readonly #consumables = new Map<string, OpenProducer>();
  readonly #connecting = new Set<string>();
  /** Producers that it receives, or is about to: who enters while one is taken up is told of it from both sides. */
  readonly #fedIds = new Set<string>();
  /** The answer to its join is on its way: from here what opens and closes is told by notices. */
  #hasAnswered = false;
  #isClosed = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.peerId = options.peerId;
    this.rtpCapabilities = options.rtpCapabilities;
    this.site = options.site;
    this.sendTransport = options.sendTransport;
    this.receiveTransport = options.receiveTransport;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** False when neither ICE nor TCP carries anything of this peer. */
  get isReachable(): boolean {
    return [this.sendTransport, this.receiveTransport].some(
      (transport) => transport?.iceState === "connected" || transport?.iceState === "completed",
    );
  }

  /** True when a page that still has this receiving transport can go on with it. */
  canGoOnWith(transportId: string | undefined): boolean {
    const { id, closed, dtlsState } = this.receiveTransport;
    return (
      !this.#isClosed && !closed && id === transportId && dtlsState !== "failed" && dtlsState !== "closed"
    );
  }

  /** @throws not_found */
  requireTransport(transportId: string): types.WebRtcTransport {
    for (const transport of [this.sendTransport, this.receiveTransport]) {
      if (transport?.id === transportId) return transport;
    }
    throw new MediaError("not_found", "no such transport of this peer");
  }

  /** @throws not_found */
  requireConsumer(consumerId: string): types.Consumer {
    const consumer = this.consumers.get(consumerId);
    if (!consumer) throw new MediaError("not_found", "no such consumer of this peer");
    return consumer;
  }

  /** A repeat of the same request (its answer was lost) does nothing. */
  async connect(transportId: string, dtlsParameters: types.DtlsParameters): Promise<void> {
    const transport = this.requireTransport(transportId);
    if (this.#connecting.has(transportId)) return;
    this.#connecting.add(transportId);
    try {
      await transport.connect({ dtlsParameters });
    } catch (error) {
      this.#connecting.delete(transportId);
      throw error;
    }
  }

  /** Makes the peer receive what it can play; failures are logged and leave it without. */
  async consume(open: OpenProducer): Promise<void> {
    const { producer } = open;
    const { rtpCapabilities } = this;
    const { roomId, log } = this.#options;
    if (this.#isClosed || producer.closed || this.#fedIds.has(producer.id)) return;
    if (!this.site.router.canConsume({ producerId: producer.id, rtpCapabilities })) {
      log.warn(`[${roomId} peer:${this.peerId}] cannot play ${open.source}`);
      return;
    }
    this.#fedIds.add(producer.id);
    producer.observer.once("close", () => this.#fedIds.delete(producer.id));
    try {
      const consumer = await this.receiveTransport.consume({ producerId: producer.id, rtpCapabilities });
      if (!this.#isClosed) this.#handleConsumer(consumer, open);
    } catch (error) {
      this.#fedIds.delete(producer.id);
      if (this.#isClosed || producer.closed) return;
      log.warn({ err: error }, `[${roomId} peer:${this.peerId}] receives no ${open.source}`);
    }
  }

  /** What the join's answer holds; afterwards notices tell. */
  answerConsumers(): ConsumerOptions[] {
    this.#hasAnswered = true;
    return [...this.consumers.values()].flatMap((consumer) => {
      const open = this.#consumables.get(consumer.id);
      return open ? [presentConsumer(consumer, open)] : [];
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.sendTransport?.close();
    this.receiveTransport.close();
    this.consumers.clear();
    this.#consumables.clear();
    this.#options.onClosed();
  }

  #handleConsumer(consumer: types.Consumer, open: OpenProducer): void {
    const { roomId, notify } = this.#options;
    const to = { roomId, toPeerId: this.peerId };
    this.consumers.set(consumer.id, consumer);
    this.#consumables.set(consumer.id, open);
    consumer.once("producerclose", () => {
      this.consumers.delete(consumer.id);
      this.#consumables.delete(consumer.id);
      if (this.#hasAnswered) notify("room:consumerClosed", { ...to, consumerId: consumer.id });
    });
    const tellPaused = (isPaused: boolean) => {
      if (this.#hasAnswered) notify("room:consumerPaused", { ...to, consumerId: consumer.id, isPaused });
    };
    consumer.on("producerpause", () => tellPaused(true));
    consumer.on("producerresume", () => tellPaused(false));
    if (this.#hasAnswered)
      notify("room:consumerOpened", { ...to, consumer: presentConsumer(consumer, open) });
  }
}

/**
 * mediasoup names one address a socket; the same socket is reached by the node's other addresses too, so the first
 * address's candidates are repeated for each, less preferred.
 */
export function presentTransport(
  transport: types.WebRtcTransport,
  announcedAddresses: readonly string[],
): TransportOptions {
  const iceCandidates = announcedAddresses.flatMap((address, index) =>
    transport.iceCandidates.map((candidate) => ({
      ...candidate,
      address,
      ip: address,
      foundation: index === 0 ? candidate.foundation : `${candidate.foundation}${index}`,
      priority: candidate.priority - index,
    })),
  );
  return {
    id: transport.id,
    iceParameters: { ...transport.iceParameters },
    iceCandidates,
    dtlsParameters: { ...transport.dtlsParameters },
  };
}

function presentConsumer(consumer: types.Consumer, of: OpenProducer): ConsumerOptions {
  return {
    id: consumer.id,
    producerId: consumer.producerId,
    peerId: of.peerId,
    kind: consumer.kind,
    source: of.source,
    rtpParameters: { ...consumer.rtpParameters },
    isProducerPaused: consumer.producerPaused,
    type: consumer.type,
  };
}
