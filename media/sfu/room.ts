import type { types } from "mediasoup";
import type { MediaRequestData } from "../../server/contract/media.ts";
import type { JoinedRoom, PeerView, SpeakRight } from "../../server/contract/rooms.ts";
import type { ProducerSource } from "../../server/contract/rtp.ts";
import { KeyedQueue } from "../keyed-queue.ts";
import type { Log } from "../log.ts";
import { MediaError, refusingBadMedia } from "../media-error.ts";
import { monotonicMs } from "../monotonic.ts";
import type { Notify } from "../notify.ts";
import { ActiveSpeaker } from "./active-speaker.ts";
import { createPeerTransports } from "./create-peer-transports.ts";
import { type OpenProducer, Peer } from "./peer.ts";
import { presentJoin } from "./present-join.ts";
import type { ProgrammeMembership } from "./programme-membership.ts";
import { isKindOf, MAX_BOOTH_PICTURES, MAX_ROOM_PRODUCERS, maySend, type RoomKind } from "./rights.ts";
import { Roster } from "./roster.ts";
import { withoutBandwidthEstimation } from "./router-codecs.ts";
import type { WorkerPool, WorkerSlot } from "./worker-pool.ts";

/*
 * One SFU room: a router, its peers and what they send. Everybody receives everything that the others send. Owned
 * and closed by its stage or, a booth, by the node. When its worker dies the owner makes a new one.
 */

export interface RoomOptions {
  roomId: string;
  kind: RoomKind;
  pool: WorkerPool;
  slot: WorkerSlot;
  notify: Notify;
  log: Log;
  /** Producers came, went, paused or resumed, or who is in the programme changed. */
  onProducersChanged?: () => void;
  onActiveSpeaker?: (peerId: string | null) => void;
  onCounted?: (count: number) => void;
  /** Of the room that this one stands in for, after its worker died. */
  membership?: ProgrammeMembership;
  /** Tests shorten the 30 s. */
  graceMs?: number;
}

/** One PLI a second per producer, however many ask. */
const KEY_FRAME_REQUEST_DELAY_MS = 1_000;

export class Room {
  readonly roomId: string;
  readonly kind: RoomKind;
  readonly slot: WorkerSlot;
  readonly roster: Roster;
  readonly router: types.Router;
  readonly #options: RoomOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #producers = new Map<string, OpenProducer>();
  readonly #queue = new KeyedQueue();
  #activeSpeaker: ActiveSpeaker | undefined;
  #speakingPeerId: string | null = null;
  /** Pictures that are being made, not yet in `#producers`. */
  #picturesUnderWay = 0;
  #isClosed = false;

  static async create(options: RoomOptions): Promise<Room> {
    const router = await options.pool.createRouter(options.slot);
    const room = new Room(options, router);
    if (options.kind !== "audience") {
      room.#activeSpeaker = await ActiveSpeaker.create(router, (producerId) =>
        room.#handleSpeaker(producerId),
      );
    }
    return room;
  }

  private constructor(options: RoomOptions, router: types.Router) {
    this.#options = options;
    this.roomId = options.roomId;
    this.kind = options.kind;
    this.slot = options.slot;
    this.slot.roomCount += 1;
    this.router = router;
    router.once("workerclose", () => this.close());
    this.roster = new Roster({
      roomId: options.roomId,
      kind: options.kind,
      notify: options.notify,
      graceMs: options.graceMs,
      membership: options.membership,
      onExpired: (peerId) => this.#remove(peerId, "gone for too long"),
      onCounted: options.onCounted,
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get producers(): OpenProducer[] {
    return [...this.#producers.values()];
  }

  get speakingPeerId(): string | null {
    return this.#speakingPeerId;
  }

  /** @throws room_full, bad_request */
  join(data: MediaRequestData<"room:join">): Promise<JoinedRoom> {
    return this.#queue.run(data.peerId, () => this.#join(data));
  }

  leave(peerId: string): void {
    this.#remove(peerId, "left");
  }

  /** The peer is told; it may come back only if the server lets it. */
  removePeer(peerId: string): void {
    this.roster.require(peerId);
    this.#options.notify("room:peerClosed", { roomId: this.roomId, toPeerId: peerId, reason: "removed" });
    this.#remove(peerId, "removed");
  }

  /** What they may see here is over for the others; they are told. */
  removeAllBut(keptPeerIds: ReadonlySet<string>): void {
    const { roomId } = this;
    for (const { peerId } of this.roster.all()) {
      if (keptPeerIds.has(peerId)) continue;
      this.#options.notify("room:peerClosed", { roomId, toPeerId: peerId, reason: "stage_closed" });
      this.#remove(peerId, "the stage is not for everybody any more");
    }
  }

  setConnected(peerId: string, isConnected: boolean): void {
    this.roster.require(peerId);
    this.roster.setConnected(peerId, isConnected);
    this.#touch(peerId);
  }

  async connectTransport(data: MediaRequestData<"room:connectTransport">): Promise<void> {
    const peer = this.#require(data.peerId);
    await refusingBadMedia(() =>
      peer.connect(data.transportId, data.dtlsParameters as unknown as types.DtlsParameters),
    );
  }

  async restartIce(peerId: string, transportId: string): Promise<Record<string, unknown>> {
    const transport = this.#require(peerId).requireTransport(transportId);
    const iceParameters = await refusingBadMedia(() => transport.restartIce());
    return { ...iceParameters };
  }

  /** @throws forbidden, bad_request, room_full, unsupported_media */
  produce(data: MediaRequestData<"room:produce">): Promise<string> {
    return this.#queue.run(data.peerId, () => this.#produce(data));
  }

  async setProducerPaused(peerId: string, producerId: string, isPaused: boolean): Promise<void> {
    const { producer } = this.#requireProducer(peerId, producerId);
    await refusingBadMedia(() => (isPaused ? producer.pause() : producer.resume()));
    this.#options.onProducersChanged?.();
  }

  closeProducer(peerId: string, producerId: string): void {
    this.#requireProducer(peerId, producerId).producer.close();
  }

  async setConsumerPaused(peerId: string, consumerId: string, isPaused: boolean): Promise<void> {
    const consumer = this.#require(peerId).requireConsumer(consumerId);
    await refusingBadMedia(() => (isPaused ? consumer.pause() : consumer.resume()));
  }

  async setConsumerLayer(peerId: string, consumerId: string, spatialLayer: number): Promise<void> {
    const consumer = this.#require(peerId).requireConsumer(consumerId);
    await refusingBadMedia(() => consumer.setPreferredLayers({ spatialLayer }));
  }

  askToSpeak(peerId: string, isAsking: boolean): void {
    this.#require(peerId);
    if (this.kind !== "booth") throw new MediaError("forbidden", "only a booth's visitors ask to speak");
    this.roster.setAsking(peerId, isAsking);
  }

  /** Closes what the peer may no longer send, then tells it. */
  setSpeakRight(peerId: string, speakRight: SpeakRight): void {
    this.#require(peerId);
    if (this.kind === "audience") throw new MediaError("forbidden", "an audience does not speak");
    this.roster.setSpeakRight(peerId, speakRight);
    this.#closeForbidden(peerId);
    this.#options.notify("room:speakRightChanged", { roomId: this.roomId, toPeerId: peerId, speakRight });
  }

  setInProgramme(peerId: string, isInProgramme: boolean): void {
    this.#require(peerId);
    if (this.kind !== "backstage") throw new MediaError("forbidden", "only a backstage feeds a programme");
    this.roster.setInProgramme(peerId, isInProgramme);
    this.#options.onProducersChanged?.();
  }

  /** See ProgrammeMembership. */
  holdBack(isHeldBack: boolean): void {
    this.roster.holdBack(isHeldBack);
    this.#options.onProducersChanged?.();
  }

  /** The programme in an audience room: made by the stage, received by all. Closing the producer takes it away. */
  async addProgramme(producer: types.Producer): Promise<void> {
    await this.#register({ producer, peerId: null, source: "programme" });
  }

  /** Peers that have been silent towards the server since `sinceMs` and unreachable over ICE: their pages are gone. */
  removeAbandoned(sinceMs: number): void {
    for (const peer of [...this.#peers.values()]) {
      if (peer.touchedAtMs < sinceMs && !peer.isReachable) this.#remove(peer.peerId, "abandoned");
    }
  }

  /** Says nothing: the owner knows the reason and tells it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.slot.roomCount -= 1;
    this.roster.close();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#producers.clear();
    this.router.close();
  }

  async #join(data: MediaRequestData<"room:join">): Promise<JoinedRoom> {
    this.#requireOpen();
    this.roster.requirePlaceFor(data.peerId);
    if (!Array.isArray(data.rtpCapabilities.codecs))
      throw new MediaError("bad_request", "rtpCapabilities.codecs");
    const former = this.#peers.get(data.peerId);
    if (former?.canGoOnWith(data.keptTransportId)) return this.#goOn(former, data);
    this.#replaceFormer(data.peerId);

    const { receiveTransport, sendTransport } = await refusingBadMedia(() =>
      createPeerTransports(this.router, this.slot.webRtcServer, this.kind),
    );
    const capabilities = data.rtpCapabilities as types.RtpCapabilities;
    const peer = new Peer({
      peerId: data.peerId,
      roomId: this.roomId,
      notify: this.#options.notify,
      log: this.#options.log,
      rtpCapabilities: this.kind === "audience" ? withoutBandwidthEstimation(capabilities) : capabilities,
      sendTransport,
      receiveTransport,
    });
    if (this.#isClosed) peer.close();
    this.#requireOpen();
    this.#peers.set(peer.peerId, peer);
    const view = this.roster.join(data);

    const others = this.producers.filter((producer) => producer.peerId !== peer.peerId);
    const { dtlsParameters } = data;
    await Promise.all([
      dtlsParameters && refusingBadMedia(() => peer.connect(receiveTransport.id, dtlsParameters)),
      ...others.map((open) => peer.consume(this.router, open)),
    ]);
    if (peer.isClosed || this.#isClosed) throw new MediaError("not_in_room", "left while entering");
    this.#log(peer.peerId, `joined as ${view.role} (${this.#peers.size} peers)`);
    return this.#presentJoin(peer, view);
  }

  /** The same page with a new socket: what it sends and receives never stopped. */
  #goOn(peer: Peer, data: MediaRequestData<"room:join">): JoinedRoom {
    peer.touchedAtMs = monotonicMs();
    const view = this.roster.join(data);
    this.#closeForbidden(peer.peerId);
    this.#log(peer.peerId, `goes on as ${view.role} (${this.#peers.size} peers)`);
    return this.#presentJoin(peer, view);
  }

  #presentJoin(peer: Peer, view: PeerView): JoinedRoom {
    return presentJoin({ room: this, peer, view, addresses: this.#options.pool.announcedAddresses });
  }

  #closeForbidden(peerId: string): void {
    const sender = this.roster.require(peerId);
    for (const { producer, source, peerId: ownerId } of this.producers) {
      if (ownerId === peerId && !maySend(this.kind, sender, source)) producer.close();
    }
  }

  #replaceFormer(peerId: string): void {
    const former = this.#peers.get(peerId);
    if (!former) return;
    if (this.roster.find(peerId)?.isConnected) {
      this.#options.notify("room:peerClosed", { roomId: this.roomId, toPeerId: peerId, reason: "replaced" });
    }
    // Keeps its place in the roster: the others see one participant who stays.
    this.#peers.delete(peerId);
    former.close();
  }

  #remove(peerId: string, why: string): void {
    const peer = this.#peers.get(peerId);
    this.#peers.delete(peerId);
    peer?.close();
    this.roster.leave(peerId);
    if (peer) this.#log(peerId, `${why} (${this.#peers.size} peers)`);
  }

  async #produce(data: MediaRequestData<"room:produce">): Promise<string> {
    const peer = this.#require(data.peerId);
    const { sendTransport } = peer;
    if (!isKindOf(data.source, data.kind))
      throw new MediaError("bad_request", `${data.source} is no ${data.kind}`);
    this.#requireRight(data.peerId, data.source);
    if (!sendTransport || sendTransport.id !== data.transportId) {
      throw new MediaError("not_found", "no such sending transport of this peer");
    }
    for (const open of this.producers) {
      if (open.peerId === peer.peerId && open.source === data.source) open.producer.close();
    }
    this.#requirePlaceForProducer(data.source);
    const isPicture = data.source !== "microphone";
    this.#picturesUnderWay += isPicture ? 1 : 0;
    const producer = await refusingBadMedia(() =>
      sendTransport.produce({
        kind: data.kind,
        rtpParameters: data.rtpParameters as unknown as types.RtpParameters,
        paused: data.isPaused,
        keyFrameRequestDelay: KEY_FRAME_REQUEST_DELAY_MS,
      }),
    ).finally(() => {
      this.#picturesUnderWay -= isPicture ? 1 : 0;
    });
    try {
      this.#require(data.peerId);
      this.#requireRight(data.peerId, data.source);
    } catch (error) {
      producer.close();
      throw error;
    }
    await this.#register({ producer, peerId: peer.peerId, source: data.source });
    this.#log(peer.peerId, `sends ${data.source}`);
    return producer.id;
  }

  #requireRight(peerId: string, source: ProducerSource): PeerView {
    const view = this.roster.require(peerId);
    if (!maySend(this.kind, view, source))
      throw new MediaError("forbidden", `may not send ${source} in ${this.roomId}`);
    return view;
  }

  #requirePlaceForProducer(source: ProducerSource): void {
    const pictures =
      this.producers.filter((open) => open.producer.kind === "video").length + this.#picturesUnderWay;
    if (this.kind === "booth" && source !== "microphone" && pictures >= MAX_BOOTH_PICTURES) {
      throw new MediaError("room_full", `a booth has place for ${MAX_BOOTH_PICTURES} pictures`);
    }
    if (this.#producers.size >= MAX_ROOM_PRODUCERS) throw new MediaError("room_full", "too many producers");
  }

  async #register(open: OpenProducer): Promise<void> {
    const { producer } = open;
    this.#producers.set(producer.id, open);
    producer.observer.once("close", () => {
      this.#producers.delete(producer.id);
      if (!this.#isClosed) this.#options.onProducersChanged?.();
    });
    if (producer.kind === "audio") await this.#activeSpeaker?.watch(producer);
    this.#options.onProducersChanged?.();
    const receivers = [...this.#peers.values()].filter((peer) => peer.peerId !== open.peerId);
    await Promise.all(receivers.map((peer) => peer.consume(this.router, open)));
  }

  #handleSpeaker(producerId: string | null): void {
    const peerId = producerId === null ? null : (this.#producers.get(producerId)?.peerId ?? null);
    if (this.#isClosed || peerId === this.#speakingPeerId) return;
    this.#speakingPeerId = peerId;
    this.#options.notify("room:activeSpeakerChanged", { roomId: this.roomId, peerId });
    this.#options.onActiveSpeaker?.(peerId);
  }

  #touch(peerId: string): void {
    const peer = this.#peers.get(peerId);
    if (peer) peer.touchedAtMs = monotonicMs();
  }

  /** @throws not_in_room */
  #require(peerId: string): Peer {
    this.#requireOpen();
    const peer = this.#peers.get(peerId);
    if (!peer || peer.isClosed) throw new MediaError("not_in_room", `no such peer in ${this.roomId}`);
    peer.touchedAtMs = monotonicMs();
    return peer;
  }

  #requireProducer(peerId: string, producerId: string): OpenProducer {
    this.#require(peerId);
    const open = this.#producers.get(producerId);
    if (!open || open.peerId !== peerId) throw new MediaError("not_found", "no such producer of this peer");
    return open;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new MediaError("media_unavailable", `${this.roomId} closed meanwhile`);
  }

  #log(peerId: string, message: string): void {
    // Viewers come and go by the thousand; the audience's count says enough.
    const level = this.kind === "audience" ? "debug" : "info";
    this.#options.log[level](`[${this.roomId} peer:${peerId}] ${message}`);
  }
}
