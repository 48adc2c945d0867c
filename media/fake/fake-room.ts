import { randomUUID } from "node:crypto";
import type { MediaRequestData } from "../../server/contract/media.ts";
import type {
  ConsumerOptions,
  JoinedRoom,
  PeerView,
  SpeakRight,
  TransportOptions,
} from "../../server/contract/rooms.ts";
import { routerRtpCapabilities } from "../../server/contract/router-capabilities.ts";
import type { MediaKind, ProducerSource } from "../../server/contract/rtp.ts";
import { MediaError } from "../media-error.ts";
import type { Notify } from "../notify.ts";
import { isKindOf, MAX_BOOTH_PICTURES, mayEverSend, maySend, type RoomKind } from "../sfu/rights.ts";
import { Roster } from "../sfu/roster.ts";

/** A room without media: the same roster, rights and notices; transports and RTP parameters are made up. */

interface FakeProducer {
  id: string;
  peerId: string | null;
  kind: MediaKind;
  source: ProducerSource;
  isPaused: boolean;
}

interface FakePeer {
  sendTransport: TransportOptions | null;
  receiveTransport: TransportOptions;
  /** Consumer id → producer. */
  consumers: Map<string, FakeProducer>;
}

export class FakeRoom {
  readonly roomId: string;
  readonly kind: RoomKind;
  readonly roster: Roster;
  readonly #notify: Notify;
  readonly #peers = new Map<string, FakePeer>();
  readonly #producers = new Map<string, FakeProducer>();

  constructor(options: {
    roomId: string;
    kind: RoomKind;
    notify: Notify;
    graceMs: number | undefined;
    onCounted?: (count: number) => void;
  }) {
    this.roomId = options.roomId;
    this.kind = options.kind;
    this.#notify = options.notify;
    this.roster = new Roster({ ...options, onExpired: (peerId) => this.leave(peerId) });
    if (options.kind === "audience") {
      this.#register({ id: randomUUID(), peerId: null, kind: "video", source: "programme", isPaused: false });
      this.#register({ id: randomUUID(), peerId: null, kind: "audio", source: "programme", isPaused: false });
    }
  }

  join(data: MediaRequestData<"room:join">): JoinedRoom {
    this.roster.requirePlaceFor(data.peerId);
    const former = this.#peers.get(data.peerId);
    if (former && former.receiveTransport.id === data.keptTransportId) return this.#goOn(former, data);
    if (former) {
      if (this.roster.find(data.peerId)?.isConnected) {
        this.#notify("room:peerClosed", { roomId: this.roomId, toPeerId: data.peerId, reason: "replaced" });
      }
      this.#forget(data.peerId);
    }
    const peer: FakePeer = {
      sendTransport: mayEverSend(this.kind) ? fakeTransport() : null,
      receiveTransport: fakeTransport(data.dtlsParameters ? "server" : "auto"),
      consumers: new Map(),
    };
    this.#peers.set(data.peerId, peer);
    const view = this.roster.join(data);
    const others = [...this.#producers.values()].filter((producer) => producer.peerId !== data.peerId);
    for (const producer of others) consume(peer, producer);
    return this.#presentJoin(peer, view);
  }

  #goOn(peer: FakePeer, data: MediaRequestData<"room:join">): JoinedRoom {
    const view = this.roster.join(data);
    this.#closeForbidden(data.peerId);
    return this.#presentJoin(peer, view);
  }

  #presentJoin(peer: FakePeer, view: PeerView): JoinedRoom {
    return {
      roomId: this.roomId,
      peerId: view.peerId,
      routerRtpCapabilities: routerRtpCapabilities,
      sendTransport: peer.sendTransport,
      receiveTransport: peer.receiveTransport,
      peers: this.roster.visible(view.peerId),
      self: view,
      consumers: [...peer.consumers].map(([id, producer]) => presentConsumer(id, producer)),
      speakRight: view.speakRight,
      silentVisitorCount: this.roster.silentVisitorCount,
    };
  }

  leave(peerId: string): void {
    this.#forget(peerId);
    this.roster.leave(peerId);
  }

  removePeer(peerId: string): string {
    const { displayName } = this.roster.require(peerId);
    this.#notify("room:peerClosed", { roomId: this.roomId, toPeerId: peerId, reason: "removed" });
    this.leave(peerId);
    return displayName;
  }

  removeAllBut(keptPeerIds: ReadonlySet<string>): void {
    for (const { peerId } of this.roster.all()) {
      if (keptPeerIds.has(peerId)) continue;
      this.#notify("room:peerClosed", { roomId: this.roomId, toPeerId: peerId, reason: "stage_closed" });
      this.leave(peerId);
    }
  }

  setConnected(peerId: string, isConnected: boolean): void {
    this.roster.require(peerId);
    this.roster.setConnected(peerId, isConnected);
  }

  requireTransport(peerId: string, transportId: string): TransportOptions {
    const { sendTransport, receiveTransport } = this.#require(peerId);
    const found = [sendTransport, receiveTransport].find((transport) => transport?.id === transportId);
    if (!found) throw new MediaError("not_found", "no such transport of this peer");
    return found;
  }

  produce(data: MediaRequestData<"room:produce">): string {
    const peer = this.#require(data.peerId);
    if (!isKindOf(data.source, data.kind))
      throw new MediaError("bad_request", `${data.source} is no ${data.kind}`);
    if (!maySend(this.kind, this.roster.require(data.peerId), data.source)) {
      throw new MediaError("forbidden", `may not send ${data.source}`);
    }
    if (peer.sendTransport?.id !== data.transportId)
      throw new MediaError("not_found", "no such sending transport");
    for (const open of [...this.#producers.values()]) {
      if (open.peerId === data.peerId && open.source === data.source) this.#close(open);
    }
    const pictures = [...this.#producers.values()].filter((open) => open.kind === "video").length;
    if (this.kind === "booth" && data.kind === "video" && pictures >= MAX_BOOTH_PICTURES) {
      throw new MediaError("room_full", `a booth has place for ${MAX_BOOTH_PICTURES} pictures`);
    }
    const { peerId, kind, source, isPaused } = data;
    const producer: FakeProducer = { id: randomUUID(), peerId, kind, source, isPaused };
    this.#register(producer);
    return producer.id;
  }

  setProducerPaused(peerId: string, producerId: string, isPaused: boolean): void {
    const producer = this.#requireProducer(peerId, producerId);
    if (producer.isPaused === isPaused) return;
    producer.isPaused = isPaused;
    this.#tellConsumers(producer, (toPeerId, consumerId) =>
      this.#notify("room:consumerPaused", { roomId: this.roomId, toPeerId, consumerId, isPaused }),
    );
  }

  closeProducer(peerId: string, producerId: string): void {
    this.#close(this.#requireProducer(peerId, producerId));
  }

  requireConsumer(peerId: string, consumerId: string): void {
    if (!this.#require(peerId).consumers.has(consumerId)) {
      throw new MediaError("not_found", "no such consumer of this peer");
    }
  }

  askToSpeak(peerId: string, isAsking: boolean): void {
    this.#require(peerId);
    this.roster.setAsking(peerId, isAsking);
  }

  setSpeakRight(peerId: string, speakRight: SpeakRight): void {
    this.#require(peerId);
    this.roster.setSpeakRight(peerId, speakRight);
    this.#closeForbidden(peerId);
    this.#notify("room:speakRightChanged", { roomId: this.roomId, toPeerId: peerId, speakRight });
  }

  setInProgramme(peerId: string, isInProgramme: boolean): void {
    this.#require(peerId);
    this.roster.setInProgramme(peerId, isInProgramme);
  }

  /** Whether anybody in the programme sends a picture: then a fake stage shows them. */
  get hasPicture(): boolean {
    return [...this.#producers.values()].some(
      ({ kind, peerId }) => kind === "video" && peerId !== null && this.roster.find(peerId)?.isInProgramme,
    );
  }

  close(): void {
    this.roster.close();
    this.#peers.clear();
    this.#producers.clear();
  }

  #register(producer: FakeProducer): void {
    this.#producers.set(producer.id, producer);
    for (const [toPeerId, peer] of this.#peers) {
      if (toPeerId === producer.peerId) continue;
      const consumer = consume(peer, producer);
      this.#notify("room:consumerOpened", { roomId: this.roomId, toPeerId, consumer });
    }
  }

  #close(producer: FakeProducer): void {
    this.#producers.delete(producer.id);
    this.#tellConsumers(producer, (toPeerId, consumerId) => {
      this.#peers.get(toPeerId)?.consumers.delete(consumerId);
      this.#notify("room:consumerClosed", { roomId: this.roomId, toPeerId, consumerId });
    });
  }

  #closeForbidden(peerId: string): void {
    const sender = this.roster.require(peerId);
    for (const producer of [...this.#producers.values()])
      if (producer.peerId === peerId && !maySend(this.kind, sender, producer.source)) this.#close(producer);
  }

  #tellConsumers(producer: FakeProducer, tell: (toPeerId: string, consumerId: string) => void): void {
    for (const [peerId, peer] of this.#peers) {
      for (const [consumerId, of] of [...peer.consumers]) if (of === producer) tell(peerId, consumerId);
    }
  }

  #forget(peerId: string): void {
    this.#peers.delete(peerId);
    for (const producer of [...this.#producers.values()])
      if (producer.peerId === peerId) this.#close(producer);
  }

  #require(peerId: string): FakePeer {
    const peer = this.#peers.get(peerId);
    if (!peer) throw new MediaError("not_in_room", `no such peer in ${this.roomId}`);
    return peer;
  }

  #requireProducer(peerId: string, producerId: string): FakeProducer {
    this.#require(peerId);
    const producer = this.#producers.get(producerId);
    if (producer?.peerId !== peerId) throw new MediaError("not_found", "no such producer of this peer");
    return producer;
  }
}

function consume(peer: FakePeer, producer: FakeProducer): ConsumerOptions {
  const id = randomUUID();
  peer.consumers.set(id, producer);
  return presentConsumer(id, producer);
}

function presentConsumer(id: string, producer: FakeProducer): ConsumerOptions {
  return {
    id,
    producerId: producer.id,
    peerId: producer.peerId,
    kind: producer.kind,
    source: producer.source,
    rtpParameters: { mid: id.slice(0, 4), codecs: [], headerExtensions: [], encodings: [{ ssrc: 1 }] },
    isProducerPaused: producer.isPaused,
    type: producer.source === "programme" && producer.kind === "video" ? "simulcast" : "simple",
  };
}

function fakeTransport(role: "auto" | "server" = "auto"): TransportOptions {
  return {
    id: randomUUID(),
    iceParameters: { usernameFragment: randomUUID().slice(0, 16), password: randomUUID(), iceLite: true },
    iceCandidates: [],
    dtlsParameters: { role, fingerprints: [] },
  };
}
