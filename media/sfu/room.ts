import type { types } from "mediasoup";
import type { MediaRequestData } from "../../server/contract/media.ts";
import type { JoinedRoom, PeerView, SpeakRight } from "../../server/contract/rooms.ts";
import { KeyedQueue } from "../keyed-queue.ts";
import type { Log } from "../log.ts";
import { MediaError, refusingBadMedia } from "../media-error.ts";
import { monotonicMs } from "../monotonic.ts";
import type { Notify } from "../notify.ts";
import { ActiveSpeaker } from "./active-speaker.ts";
import { admitPeer } from "./admit-peer.ts";
import type { OpenProducer, Peer } from "./peer.ts";
import { presentJoin } from "./present-join.ts";
import type { ProgrammeMembership } from "./programme-membership.ts";
import type { RoomKind } from "./rights.ts";
import { RoomConsumers } from "./room-consumers.ts";
import { RoomProducers } from "./room-producers.ts";
import { RoomSites, type Site } from "./room-sites.ts";
import { Roster } from "./roster.ts";
import type { WorkerPool, WorkerSlot } from "./worker-pool.ts";

/*
 * One SFU room: its routers, its peers and what they send. Everybody receives everything that the others send. Owned
 * and closed by its stage or, a booth, by the node. A room whose worker dies closes, and the owner makes a new one;
 * an audience lives on, without those who were on that worker.
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

/** What a peer costs its worker, in viewers: who sends is received by many. */
const PEER_LOAD = { audience: 1, backstage: 4, booth: 4 } as const;

export class Room {
  readonly roomId: string;
  readonly kind: RoomKind;
  readonly roster: Roster;
  readonly consumers = new RoomConsumers((peerId) => this.#require(peerId));
  readonly #options: RoomOptions;
  readonly #sites: RoomSites;
  readonly #peers = new Map<string, Peer>();
  readonly #producers: RoomProducers;
  readonly #queue = new KeyedQueue();
  #activeSpeaker: ActiveSpeaker | undefined;
  #speakingPeerId: string | null = null;
  #isClosed = false;

  static async create(options: RoomOptions): Promise<Room> {
    const { roomId, kind, pool, slot, log } = options;
    let lose: (site: Site) => void = () => undefined;
    const sites = await RoomSites.create({
      roomId,
      pool,
      slot,
      canSpread: kind === "audience",
      peerLoad: PEER_LOAD[kind],
      log,
      onLost: (site) => lose(site),
    });
    const room = new Room(options, sites);
    lose = (site) => room.#handleSiteLost(site);
    if (kind !== "audience") {
      room.#activeSpeaker = await ActiveSpeaker.create(room.router, (producerId) =>
        room.#handleSpeaker(producerId),
      );
    }
    return room;
  }

  private constructor(options: RoomOptions, sites: RoomSites) {
    this.#options = options;
    this.#sites = sites;
    this.roomId = options.roomId;
    this.kind = options.kind;
    this.roster = new Roster({
      roomId: options.roomId,
      kind: options.kind,
      notify: options.notify,
      graceMs: options.graceMs,
      membership: options.membership,
      onExpired: (peerId) => this.#remove(peerId, "gone for too long"),
      onCounted: options.onCounted,
    });
    this.#producers = new RoomProducers({
      roomId: options.roomId,
      kind: options.kind,
      roster: this.roster,
      onClosed: () => {
        if (!this.#isClosed) options.onProducersChanged?.();
      },
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Where what is sent comes in. */
  get router(): types.Router {
    return this.#sites.home.router;
  }

  get slot(): WorkerSlot {
    return this.#sites.home.slot;
  }

  get producers(): OpenProducer[] {
    return this.#producers.all();
  }

  get speakingPeerId(): string | null {
    return this.#speakingPeerId;
  }

  /** @throws room_full, bad_request */
  join(data: MediaRequestData<"room:join">): Promise<JoinedRoom> {
    return this.#queue.run(data.peerId, () => this.#join(data));
  }

  /** After an entry of the same peer that is still under way, which would otherwise stay with nobody behind it. */
  leave(peerId: string): Promise<void> {
    return this.#queue.run(peerId, async () => this.#remove(peerId, "left"));
  }

  /** The peer is told; it may come back only if the server lets it. Returns its name. @throws not_in_room */
  removePeer(peerId: string): string {
    const { displayName } = this.roster.require(peerId);
    this.#options.notify("room:peerClosed", { roomId: this.roomId, toPeerId: peerId, reason: "removed" });
    this.#remove(peerId, "removed");
    return displayName;
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

  askToSpeak(peerId: string, isAsking: boolean): void {
    this.#require(peerId);
    this.roster.setAsking(peerId, isAsking);
  }

  /** Closes what the peer may no longer send, then tells it. */
  setSpeakRight(peerId: string, speakRight: SpeakRight): void {
    this.#require(peerId);
    this.roster.setSpeakRight(peerId, speakRight);
    this.#producers.closeForbidden(peerId);
    this.#options.notify("room:speakRightChanged", { roomId: this.roomId, toPeerId: peerId, speakRight });
  }

  setInProgramme(peerId: string, isInProgramme: boolean): void {
    this.#require(peerId);
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

  /** An audience whose home died: the worker stands again. */
  async rehome(): Promise<void> {
    await this.#sites.rehome();
  }

  /** Says nothing: the owner knows the reason and tells it. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.roster.close();
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#producers.clear();
    this.#sites.close();
  }

  async #join(data: MediaRequestData<"room:join">): Promise<JoinedRoom> {
    this.#requireOpen();
    this.roster.requirePlaceFor(data.peerId);
    const former = this.#peers.get(data.peerId);
    if (former?.canGoOnWith(data.keptTransportId)) return this.#goOn(former, data);
    this.#replaceFormer(data.peerId);

    const { roomId, kind } = this;
    const { notify, log } = this.#options;
    const peer = await admitPeer({ roomId, kind, sites: this.#sites, notify, log }, data);
    if (this.#isClosed) peer.close();
    this.#requireOpen();
    this.#peers.set(peer.peerId, peer);
    let view: PeerView;
    try {
      view = this.roster.join(data);
      const others = this.producers.filter((producer) => producer.peerId !== peer.peerId);
      const { dtlsParameters } = data;
      await Promise.all([
        dtlsParameters && refusingBadMedia(() => peer.connect(peer.receiveTransport.id, dtlsParameters)),
        ...others.map((open) => this.#feed(peer, open)),
      ]);
    } catch (error) {
      if (this.#peers.get(peer.peerId) === peer) this.#remove(peer.peerId, "could not enter");
      throw error;
    }
    if (peer.isClosed || this.#isClosed) throw new MediaError("not_in_room", "left while entering");
    this.#log(peer.peerId, `joined as ${view.role} (${this.#peers.size} peers)`);
    return this.#presentJoin(peer, view);
  }

  async #feed(peer: Peer, open: OpenProducer): Promise<void> {
    await this.#sites.bring(open.producer, peer.site);
    await peer.consume(open);
  }

  /** The same page with a new socket: what it sends and receives never stopped. */
  #goOn(peer: Peer, data: MediaRequestData<"room:join">): JoinedRoom {
    peer.touchedAtMs = monotonicMs();
    const view = this.roster.join(data);
    this.#producers.closeForbidden(peer.peerId);
    this.#log(peer.peerId, `goes on as ${view.role} (${this.#peers.size} peers)`);
    return this.#presentJoin(peer, view);
  }

  #presentJoin(peer: Peer, view: PeerView): JoinedRoom {
    return presentJoin({ room: this, peer, view, addresses: this.#options.pool.announcedAddresses });
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
    const open = await this.#producers.produce(peer, data);
    try {
      this.#require(data.peerId);
    } catch (error) {
      open.producer.close();
      throw error;
    }
    await this.#register(open);
    this.#log(peer.peerId, `sends ${data.source}`);
    return open.producer.id;
  }

  async #register(open: OpenProducer): Promise<void> {
    const { producer } = open;
    this.#producers.add(open);
    if (producer.kind === "audio") await this.#activeSpeaker?.watch(producer);
    this.#options.onProducersChanged?.();
    const receivers = [...this.#peers.values()].filter((peer) => peer.peerId !== open.peerId);
    await Promise.all(receivers.map((peer) => this.#feed(peer, open)));
  }

  /** Its peers are told to enter anew; meanwhile they keep their places. */
  #handleSiteLost(site: Site): void {
    if (this.#isClosed) return;
    if (this.kind !== "audience") {
      this.close();
      return;
    }
    const { notify, log } = this.#options;
    const lost = [...this.#peers.values()].filter((peer) => peer.site === site);
    log.warn(
      `[${this.roomId}] worker ${site.slot.index} lost, and ${lost.length} of ${this.#peers.size} peers`,
    );
    for (const peer of lost) {
      const { peerId } = peer;
      this.#peers.delete(peerId);
      peer.close();
      this.roster.setConnected(peerId, false);
      notify("room:peerClosed", { roomId: this.roomId, toPeerId: peerId, reason: "media_restarted" });
    }
  }

  #handleSpeaker(producerId: string | null): void {
    const peerId = producerId === null ? null : (this.#producers.find(producerId)?.peerId ?? null);
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
    return this.#producers.requireOf(peerId, producerId);
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
