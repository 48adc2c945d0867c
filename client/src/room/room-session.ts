import type { Device, types } from "mediasoup-client";
import type { ErrorCode } from "../../../server/contract/errors.ts";
import { roomIdOf } from "../../../server/contract/room-id.ts";
import type { ConsumerOptions, PeerView, RoomRef, SpeakRight } from "../../../server/contract/rooms.ts";
import { Store } from "../api/store.ts";
import type { LocalDevices, LocalSource } from "./local-devices.ts";
import { pageCertificate } from "./page-certificate.ts";
import { requirePeerKey } from "./peer-key.ts";
import { keptTransport, loadDevice, RoomMedia, type RoomMediaParts } from "./room-media.ts";
import type { RoomSocket } from "./room-socket.ts";

/*
 * One participant's stay in a backstage or a booth, over lost connections and restarted media: whatever
 * happens, it comes back as the same peer, until `close()` or a final reason. Owns its RoomMedia; the
 * LocalDevices are the page's.
 */

/** A peer with what it sends, ready to be shown. */
export interface RemotePeer extends PeerView {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  screen: MediaStreamTrack | null;
  isMicrophoneMuted: boolean;
  isCameraMuted: boolean;
}

export type RoomStatus =
  | { kind: "joining" }
  | { kind: "joined" }
  | { kind: "reconnecting" }
  /** Final; `code` when the server refused. */
  | {
      kind: "closed";
      reason: "left" | "replaced" | "removed" | "stage_closed" | "booth_closed" | "refused";
      code?: ErrorCode;
    };

export interface RoomSnapshot {
  status: RoomStatus;
  ownPeerId: string | null;
  self: PeerView | null;
  peers: RemotePeer[];
  activeSpeakerId: string | null;
  speakRight: SpeakRight;
  silentVisitorCount: number;
}

interface Received {
  options: ConsumerOptions;
  /** `null` while the browser makes it. */
  consumer: types.Consumer | null;
  isPaused: boolean;
}

const REFUSALS_THAT_PASS: ReadonlySet<string> = new Set([
  "media_unavailable",
  "timeout",
  "database_unavailable",
  "internal",
  "too_many_requests",
]);
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 8_000;
/** A transport that stays disconnected this long gets an ICE restart; a failed one a new stay. */
const DISCONNECTED_GRACE_MS = 2_500;

export class RoomSession {
  readonly #store = new Store<RoomSnapshot>({
    status: { kind: "joining" },
    ownPeerId: null,
    self: null,
    peers: [],
    activeSpeakerId: null,
    speakRight: "none",
    silentVisitorCount: 0,
  });
  readonly #room: RoomRef;
  readonly #roomId: string;
  readonly #displayName: string;
  readonly #socket: RoomSocket;
  readonly #devices: LocalDevices;
  readonly #undo: (() => void)[] = [];
  readonly #received = new Map<string, Received>();
  #views = new Map<string, PeerView>();
  #device: Device | null = null;
  #media: RoomMedia | null = null;
  #stay = 0;
  #retryMs = RETRY_FIRST_MS;
  /** Of the next try to join, and of the ICE restart. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #iceTimer: ReturnType<typeof setTimeout> | undefined;
  /** As far as is known the server has us in the room; else a join is under way, or waits for its time. */
  #isIn = false;
  #sending: Promise<void> = Promise.resolve();
  #isConnected = false;
  #isClosed = false;

  constructor(options: { room: RoomRef; displayName: string; socket: RoomSocket; devices: LocalDevices }) {
    this.#room = options.room;
    this.#roomId = roomIdOf(options.room);
    this.#displayName = options.displayName;
    this.#socket = options.socket;
    this.#devices = options.devices;
    this.#listen();
  }

  subscribe = this.#store.subscribe;
  getSnapshot = this.#store.getSnapshot;

  askToSpeak(isAsking: boolean): Promise<unknown> {
    return this.#socket.request("room:askToSpeak", { roomId: this.#roomId, isAsking });
  }

  setSpeakRight(peerId: string, speakRight: SpeakRight): Promise<unknown> {
    return this.#socket.request("room:setSpeakRight", { roomId: this.#roomId, peerId, speakRight });
  }

  setInProgramme(peerId: string, isInProgramme: boolean): Promise<unknown> {
    return this.#socket.request("room:setInProgramme", { roomId: this.#roomId, peerId, isInProgramme });
  }

  removePeer(peerId: string): Promise<unknown> {
    return this.#socket.request("room:removePeer", { roomId: this.#roomId, peerId });
  }

  /** Leaves for good. */
  close(): void {
    if (this.#isClosed) return;
    if (this.#isConnected) this.#socket.request("room:leave", { roomId: this.#roomId }).catch(() => {});
    this.#end({ kind: "closed", reason: "left" });
  }

  #listen(): void {
    const mine =
      <Data extends { roomId: string }>(handle: (data: Data) => void) =>
      (data: Data) => {
        if (data.roomId === this.#roomId) handle(data);
      };
    const socket = this.#socket;
    this.#undo.push(
      socket.on(
        "room:peerJoined",
        mine(({ peer }) => this.#setPeer(peer)),
      ),
      socket.on(
        "room:peerChanged",
        mine(({ peer }) => this.#setPeer(peer)),
      ),
      socket.on(
        "room:peerLeft",
        mine(({ peerId }) => this.#removePeer(peerId)),
      ),
      socket.on(
        "room:silentVisitorsCounted",
        mine(({ count }) => this.#store.patch({ silentVisitorCount: count })),
      ),
      socket.on(
        "room:consumerOpened",
        mine(({ consumer }) => {
          this.#receive(consumer).catch((error: unknown) => console.warn("[room] could not receive", error));
        }),
      ),
      socket.on(
        "room:consumerClosed",
        mine(({ consumerId }) => this.#closeConsumer(consumerId)),
      ),
      socket.on(
        "room:consumerPaused",
        mine(({ consumerId, isPaused }) => this.#pauseConsumer(consumerId, isPaused)),
      ),
      socket.on(
        "room:activeSpeakerChanged",
        mine(({ peerId }) => this.#store.patch({ activeSpeakerId: peerId })),
      ),
      socket.on(
        "room:speakRightChanged",
        mine(({ speakRight }) => this.#setOwnRight(speakRight)),
      ),
      socket.on(
        "room:closed",
        mine(({ reason }) => {
          if (reason === "media_restarted") this.#return();
          else this.#end({ kind: "closed", reason });
        }),
      ),
      this.#devices.onTrack((source) => this.#sendLater(source)),
      // The last, for it calls at once.
      socket.onConnection((isConnected) => {
        const wasConnected = this.#isConnected;
        this.#isConnected = isConnected;
        if (!isConnected) this.#isIn = false;
        if (isConnected && !wasConnected) this.#join();
        else if (!isConnected && this.getSnapshot().status.kind === "joined") {
          this.#store.patch({ status: { kind: "reconnecting" } });
        }
      }),
    );
  }

  #join(): void {
    clearTimeout(this.#timer);
    this.#isIn = false;
    const stay = ++this.#stay;
    this.#enter(stay).catch((error: { code?: ErrorCode }) => {
      if (this.#isClosed || stay !== this.#stay) return;
      if (error.code && !REFUSALS_THAT_PASS.has(error.code)) {
        const reason = error.code === "removed" ? "removed" : "refused";
        this.#end({ kind: "closed", reason, code: error.code });
        return;
      }
      this.#return();
    });
  }

  async #enter(stay: number): Promise<void> {
    const [device, { certificate, dtlsParameters }] = await Promise.all([
      this.#device ?? loadDevice(),
      pageCertificate(),
    ]);
    this.#device = device;
    if (this.#isClosed || stay !== this.#stay) return;
    const joined = await this.#socket.request("room:join", {
      room: this.#room,
      peerKey: requirePeerKey(),
      displayName: this.#displayName,
      rtpCapabilities: device.recvRtpCapabilities as unknown as Record<string, unknown>,
      dtlsParameters,
      ...keptTransport(this.#media),
    });
    if (this.#isClosed || stay !== this.#stay) return;
    if (this.#media?.isIn(joined)) this.#forgetConsumersBut(joined.consumers);
    else this.#changeMedia({ device, socket: this.#socket, joined, certificate });
    this.#isIn = true;
    this.#retryMs = RETRY_FIRST_MS;
    this.#views = new Map([...joined.peers, joined.self].map((peer) => [peer.peerId, peer]));
    this.#store.patch({
      status: { kind: "joined" },
      ownPeerId: joined.peerId,
      speakRight: joined.speakRight,
      silentVisitorCount: joined.silentVisitorCount,
    });
    this.#present();
    // A kept one may have lost its way meanwhile.
    if (this.#media) this.#handleTransportState(this.#media);
    for (const source of ["microphone", "camera", "screen"] as const) this.#sendLater(source);
    await Promise.all(joined.consumers.map((consumer) => this.#receive(consumer)));
  }

  #changeMedia(parts: RoomMediaParts): void {
    this.#leaveMedia();
    const media: RoomMedia = new RoomMedia(parts, {
      onTransportState: () => this.#handleTransportState(media),
    });
    this.#media = media;
  }

  /** Only the socket was lost: what was closed and paused meanwhile was not told. */
  #forgetConsumersBut(there: readonly ConsumerOptions[]): void {
    const options = new Map(there.map((one) => [one.id, one]));
    for (const [id, received] of [...this.#received]) {
      const now = options.get(id);
      if (now) received.isPaused = now.isProducerPaused;
      else this.#closeConsumer(id);
    }
  }

  /** Joins anew after a while that grows, with jitter. */
  #return(): void {
    if (this.#isClosed) return;
    this.#isIn = false;
    this.#store.patch({ status: { kind: "reconnecting" } });
    clearTimeout(this.#timer);
    const waitMs = this.#retryMs * (0.5 + Math.random());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_LONGEST_MS);
    this.#timer = setTimeout(() => {
      if (this.#isConnected) this.#join();
    }, waitMs);
  }

  /** Of both ways, sending and receiving, the worse one counts. What is about to be joined anew is left to that. */
  #handleTransportState(of: RoomMedia): void {
    if (of !== this.#media || this.#isClosed || !this.#isIn) return;
    clearTimeout(this.#iceTimer);
    if (of.connectionState === "connected") this.#store.patch({ status: { kind: "joined" } });
    else if (of.connectionState === "failed") this.#return();
    else if (of.connectionState === "disconnected") {
      this.#store.patch({ status: { kind: "reconnecting" } });
      this.#iceTimer = setTimeout(() => {
        if (this.#isIn && of === this.#media)
          of.restartIce().catch(() => of === this.#media && this.#return());
      }, DISCONNECTED_GRACE_MS);
    }
  }

  /** Sends one after the other: a track that changes while it is being sent must not be sent twice. */
  #sendLater(source: LocalSource): void {
    const stay = this.#stay;
    this.#sending = this.#sending
      .then(async () => {
        if (stay !== this.#stay || !this.#media || !this.#maySend(source)) return;
        const { track, isMuted } = this.#devices.getSnapshot()[source];
        await this.#media.send(source, track, isMuted);
        this.#present();
      })
      .catch((error: unknown) => console.warn(`[room] ${source} could not be sent`, error));
  }

  #maySend(source: LocalSource): boolean {
    const { speakRight } = this.getSnapshot();
    return speakRight === "picture" || (speakRight === "voice" && source === "microphone");
  }

  #setOwnRight(speakRight: SpeakRight): void {
    this.#store.patch({ speakRight });
    const sources = ["microphone", "camera", "screen"] as const;
    this.#media?.dropProducers(sources.filter((source) => !this.#maySend(source)));
    for (const source of sources) this.#sendLater(source);
  }

  /** It may be paused or closed, and told of again, while the browser still makes it. */
  async #receive(options: ConsumerOptions): Promise<void> {
    const media = this.#media;
    if (!media || this.#received.has(options.id)) return;
    const received: Received = { options, consumer: null, isPaused: options.isProducerPaused };
    this.#received.set(options.id, received);
    const isWanted = () => this.#received.get(options.id) === received;
    received.consumer = await media.receive(options).catch((error: unknown) => {
      if (isWanted()) this.#received.delete(options.id);
      throw error;
    });
    if (isWanted()) this.#present();
    else media.closeConsumer(options.id);
  }

  #closeConsumer(consumerId: string): void {
    this.#media?.closeConsumer(consumerId);
    this.#received.delete(consumerId);
    this.#present();
  }

  #pauseConsumer(consumerId: string, isPaused: boolean): void {
    const received = this.#received.get(consumerId);
    if (!received) return;
    received.isPaused = isPaused;
    this.#present();
  }

  #setPeer(peer: PeerView): void {
    this.#views.set(peer.peerId, peer);
    this.#present();
  }

  #removePeer(peerId: string): void {
    const own = peerId === this.getSnapshot().ownPeerId ? this.#views.get(peerId) : undefined;
    // A visitor who takes the raised hand down becomes unseen to the others, not to themselves.
    if (own) this.#views.set(peerId, { ...own, isAskingToSpeak: false });
    else this.#views.delete(peerId);
    this.#present();
  }

  #present(): void {
    const { ownPeerId } = this.getSnapshot();
    const peers: RemotePeer[] = [];
    for (const view of this.#views.values()) {
      if (view.peerId === ownPeerId) continue;
      const of = (source: string) =>
        [...this.#received.values()].find(
          (one) => one.options.peerId === view.peerId && one.options.source === source,
        );
      const microphone = of("microphone");
      const camera = of("camera");
      peers.push({
        ...view,
        microphone: microphone?.consumer?.track ?? null,
        camera: (camera && !camera.isPaused && camera.consumer?.track) || null,
        screen: of("screen")?.consumer?.track ?? null,
        isMicrophoneMuted: microphone?.isPaused ?? true,
        isCameraMuted: camera?.isPaused ?? true,
      });
    }
    this.#store.patch({ peers, self: (ownPeerId && this.#views.get(ownPeerId)) || null });
  }

  #leaveMedia(): void {
    clearTimeout(this.#iceTimer);
    this.#media?.close();
    this.#media = null;
    this.#received.clear();
  }

  #end(status: RoomStatus): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const undo of this.#undo) undo();
    this.#leaveMedia();
    // Nobody who is out has the word: what it turned on goes off.
    this.#store.patch({ status, peers: [], speakRight: "none" });
  }
}
