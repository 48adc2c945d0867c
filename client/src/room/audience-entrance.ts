/*
 * A viewer's place in a stage's audience room: receives, never sends. Entering is one request, which brings the
 * page's certificate along. It mends what it can (ICE restart, entering again after the media node restarted) and
 * says `closed` when it cannot.
 */
import { errorCodeOf } from "../api/api-error.ts";
import type { ConsumerOptions, RequestResult } from "../api/contract.ts";
import { realtime } from "../api/socket.ts";
import { Store } from "../api/store.ts";
import type { AudienceEntrance, EntranceOptions, EntranceState } from "../player/audience-entrance.ts";
import type { Quality } from "../player/programme.ts";
import { audienceCapabilities, canReceiveProgramme } from "./audience-capabilities.ts";
import { AudienceReceiver } from "./audience-receiver.ts";
import { type LayerReading, LayerSteering } from "./layer-steering.ts";
import { pageCertificate } from "./page-certificate.ts";

/** All viewers come back at once when a media node or a server restarts: those who wait for nothing spread over this. */
const RETURN_SPREAD_MS = 1_200;
/** A room that was there comes back within this, or is left to the other way of watching. */
const RETURN_PATIENCE_MS = 9_000;
const RETURN_RETRY_MS = 600;
/** The node or the server is away, and on its way back. */
const PASSING: ReadonlySet<string> = new Set([
  "media_unavailable",
  "timeout",
  "database_unavailable",
  "not_in_room",
]);
const DISCONNECTED_GRACE_MS = 1_500;
const STEER_EVERY_MS = 1_000;
const ICE_DEADLINE_MS = 4_000;
const LARGE = 1;
const layers: Record<Exclude<Quality, "auto">, number> = { "720": LARGE, "360": 0 };
const kinds = ["audio", "video"] as const;

export function openAudienceEntrance(stageId: string, options: EntranceOptions): AudienceEntrance {
  return new RoomEntrance(stageId, options);
}

class RoomEntrance implements AudienceEntrance {
  readonly stream = new MediaStream();
  readonly #stageId: string;
  readonly #roomId: string;
  readonly #peerKey = crypto.randomUUID().replaceAll("-", "");
  readonly #store = new Store<EntranceState>({ phase: "entering" });
  readonly #stops: (() => void)[] = [];
  readonly #steering: LayerSteering;
  readonly #tracks = new Map<string, MediaStreamTrack>();
  /** What the room was told of each consumer. */
  readonly #paused = new Set<string>();
  #receiver: AudienceReceiver | null = null;
  /** Gives the last picture until its successor has one. */
  #former: AudienceReceiver | null = null;
  #isAudioOnly: boolean;
  #isPaused = false;
  #quality: Quality;
  #lostAtMs = 0;
  #timers = new Set<ReturnType<typeof setTimeout>>();

  readonly subscribe = this.#store.subscribe;
  readonly getSnapshot = this.#store.getSnapshot;

  constructor(stageId: string, { isAudioOnly, quality }: EntranceOptions) {
    this.#stageId = stageId;
    this.#roomId = `audience:${stageId}`;
    this.#isAudioOnly = isAudioOnly;
    this.#quality = quality;
    this.#steering = new LayerSteering((layer, isLineFull) => this.#requestLayer(layer, isLineFull));
    this.#listen();
    void this.#enter();
  }

  get isLineFull(): boolean {
    return this.#steering.isLineFull;
  }

  async readProgress(): Promise<number> {
    let received = 0;
    for (const { packetsReceived = 0 } of await this.#readInbound()) received += packetsReceived;
    return received;
  }

  /** ICE anew: over TCP where UDP does not pass any more. A room that does not know us is entered again. */
  mend(): boolean {
    const receiver = this.#receiver;
    if (this.#isClosed || !receiver?.transportId) return false;
    if (this.#store.getSnapshot().phase === "open") void this.#restartIce(receiver);
    return true;
  }

  setAudioOnly(isAudioOnly: boolean): void {
    this.#isAudioOnly = isAudioOnly;
    this.#apply();
  }

  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#apply();
  }

  setQuality(quality: Quality): void {
    this.#quality = quality;
    this.#requestLayer(quality === "auto" ? this.#steering.reset() : layers[quality]);
  }

  close(): void {
    if (!this.#close("stage_closed")) return;
    realtime.request("room:leave", { roomId: this.#roomId }).catch(() => {});
  }

  get #isClosed(): boolean {
    return this.#store.getSnapshot().phase === "closed";
  }

  #listen(): void {
    const inThisRoom = <Data extends { roomId: string }>(handle: (data: Data) => void) => {
      return (data: Data) => {
        if (data.roomId === this.#roomId && !this.#isClosed) handle(data);
      };
    };
    const steer = setInterval(() => void this.#steer(), STEER_EVERY_MS);
    let { connections } = realtime.getSnapshot();
    this.#stops.push(
      () => clearInterval(steer),
      realtime.on(
        "room:consumerOpened",
        inThisRoom(({ consumer }) => this.#receive([consumer])),
      ),
      realtime.on(
        "room:consumerClosed",
        inThisRoom(({ consumerId }) => this.#receiver?.drop(consumerId)),
      ),
      realtime.on(
        "room:closed",
        inThisRoom(({ reason }) => {
          if (reason === "media_restarted") this.#return();
          else this.#close(reason === "stage_closed" ? "stage_closed" : "not_in_room");
        }),
      ),
      // A new socket is a stranger to the room until it has entered again.
      realtime.subscribe(() => {
        const now = realtime.getSnapshot();
        if (now.phase !== "connected" || now.connections === connections) return;
        // Sockets come back one by one: who has no picture need not wait any more.
        if (connections > 0) this.#return(this.#isMediaFlowing ? RETURN_SPREAD_MS : 0);
        connections = now.connections;
      }),
    );
  }

  async #enter(): Promise<void> {
    try {
      if (!canReceiveProgramme()) throw new Error("this browser plays no H.264 over WebRTC");
      const { certificate, dtlsParameters } = await pageCertificate();
      const made = this.#makeReceiver(certificate);
      const joined = await realtime
        .request("room:join", {
          room: { kind: "audience", stageId: this.#stageId },
          peerKey: this.#peerKey,
          displayName: null,
          rtpCapabilities: audienceCapabilities,
          dtlsParameters,
          ...this.#keptTransport(),
        })
        .catch((error: unknown) => {
          made.close();
          throw error;
        });
      performance.mark("torilla:joined");
      if (this.#isClosed) return made.close();
      await this.#take(joined, made);
      if (!this.#isClosed) this.#store.set({ phase: "open" });
    } catch (error) {
      if (this.#isClosed) return;
      if (this.#mayStillReturn(errorCodeOf(error)))
        return this.#after(RETURN_RETRY_MS * (0.5 + Math.random()), () => void this.#enter());
      console.info("[audience] could not enter:", error);
      this.#close(errorCodeOf(error));
    }
  }

  #mayStillReturn(code: string): boolean {
    const isReturning = this.#store.getSnapshot().phase === "returning";
    return isReturning && PASSING.has(code) && performance.now() - this.#lostAtMs < RETURN_PATIENCE_MS;
  }

  get #isMediaFlowing(): boolean {
    return this.#receiver?.connection.connectionState === "connected";
  }

  /** Media still comes, only the socket was lost: the room is asked to go on with it. */
  #keptTransport(): { keptTransportId?: string } {
    const { transportId } = this.#receiver ?? {};
    return this.#isMediaFlowing && transportId ? { keptTransportId: transportId } : {};
  }

  async #take(joined: RequestResult<"room:join">, made: AudienceReceiver): Promise<void> {
    const former = this.#receiver;
    if (former?.transportId === joined.receiveTransport.id) {
      made.close();
      former.keep(joined.consumers);
      this.#receive(joined.consumers);
      return;
    }
    this.#former?.close();
    this.#former = former;
    this.#receiver = made;
    this.#paused.clear();
    await made.open(joined.receiveTransport, joined.consumers);
    // Only now, so that the last picture stays until the new one's track is there.
    former?.close();
    this.#greet(joined.consumers);
  }

  #makeReceiver(certificate: RTCCertificate): AudienceReceiver {
    const made: AudienceReceiver = new AudienceReceiver(certificate, {
      onTrack: (track) => {
        if (made === this.#receiver) this.#show(track);
      },
      onState: (state) => {
        if (made !== this.#receiver || this.#isClosed) return;
        if (state === "failed") void this.#restartIce(made);
        if (state === "disconnected")
          this.#after(DISCONNECTED_GRACE_MS, () => {
            if (made.connection.connectionState === "disconnected") void this.#restartIce(made);
          });
      },
    });
    return made;
  }

  #receive(consumers: readonly ConsumerOptions[]): void {
    const receiver = this.#receiver;
    receiver?.receive(consumers).then(
      () => receiver === this.#receiver && this.#greet(consumers),
      (error: unknown) => {
        console.info("[audience] could not receive:", error);
        if (receiver === this.#receiver) this.#return();
      },
    );
  }

  /** A consumer that has just come has the large picture, whatever this viewer or their line chose. */
  #greet(consumers: readonly ConsumerOptions[]): void {
    const hasPicture = consumers.some((one) => one.kind === "video");
    const layer = this.#quality === "auto" ? this.#steering.layer : layers[this.#quality];
    if (hasPicture && layer < LARGE) this.#requestLayer(layer);
    this.#apply();
  }

  #show(track: MediaStreamTrack): void {
    const former = this.#tracks.get(track.kind);
    if (former) this.stream.removeTrack(former);
    this.#tracks.set(track.kind, track);
    this.#apply();
  }

  #apply(): void {
    if (this.#isClosed) return;
    for (const kind of kinds) {
      const isUnwanted = this.#isAudioOnly && kind === "video";
      const track = this.#tracks.get(kind);
      // An element with a track that gives nothing waits for it; without the track it plays the sound.
      if (track && isUnwanted) this.stream.removeTrack(track);
      else if (track) this.stream.addTrack(track);
      this.#tellPaused(this.#receiver?.consumerIdOf(kind) ?? null, this.#isPaused || isUnwanted);
    }
  }

  #tellPaused(consumerId: string | null, isPaused: boolean): void {
    if (consumerId === null || this.#paused.has(consumerId) === isPaused) return;
    if (isPaused) this.#paused.add(consumerId);
    else this.#paused.delete(consumerId);
    realtime
      .request("room:setConsumerPaused", { roomId: this.#roomId, consumerId, isPaused })
      .catch(() => {});
  }

  async #restartIce(receiver: AudienceReceiver): Promise<void> {
    try {
      const { iceParameters } = await realtime.request(
        "room:restartIce",
        { roomId: this.#roomId, transportId: receiver.transportId! },
        { deadlineMs: ICE_DEADLINE_MS },
      );
      if (receiver === this.#receiver && !this.#isClosed) await receiver.restartIce(iceParameters);
    } catch (error) {
      if (errorCodeOf(error) === "timeout") realtime.suspect();
      if (receiver === this.#receiver) this.#return();
    }
  }

  /** Enters again under the same key, so that the room sees one viewer, not two. */
  #return(spreadMs = RETURN_SPREAD_MS): void {
    const { phase } = this.#store.getSnapshot();
    if (phase === "closed" || phase === "returning") return;
    this.#store.set({ phase: "returning" });
    this.#lostAtMs = performance.now();
    this.#after(Math.random() * spreadMs, () => void this.#enter());
  }

  #requestLayer(spatialLayer: number, isLineFull = false): void {
    const consumerId = this.#receiver?.consumerIdOf("video");
    if (consumerId)
      realtime
        .request("room:setConsumerLayer", { roomId: this.#roomId, consumerId, spatialLayer, isLineFull })
        .catch(() => {});
  }

  async #steer(): Promise<void> {
    if (this.#quality !== "auto" || this.#isPaused || this.#isAudioOnly) return;
    for (const report of await this.#readInbound())
      if (report.kind === "video") this.#steering.read(report as LayerReading);
  }

  async #readInbound(): Promise<RTCInboundRtpStreamStats[]> {
    const reports = await this.#receiver?.connection.getStats();
    return [...(reports?.values() ?? [])].filter((one) => one.type === "inbound-rtp");
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isClosed) act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #close(reason: Extract<EntranceState, { phase: "closed" }>["reason"]): boolean {
    if (this.#isClosed) return false;
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers) clearTimeout(timer);
    for (const track of this.#tracks.values()) this.stream.removeTrack(track);
    this.#former?.close();
    this.#receiver?.close();
    this.#store.set({ phase: "closed", reason });
    return true;
  }
}
