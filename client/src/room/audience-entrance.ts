/*
 * A viewer's place in a stage's audience room by mediasoup-client: receives, never sends. It mends what it can
 * (ICE restart, entering again after the media node restarted) and says `closed` when it cannot.
 */
import { Device, type types } from "mediasoup-client";
import { routerRtpCapabilities } from "../../../server/contract/router-capabilities.ts";
import { errorCodeOf } from "../api/api-error.ts";
import type { ConsumerOptions, RequestResult } from "../api/contract.ts";
import { realtime } from "../api/socket.ts";
import { Store } from "../api/store.ts";
import type { AudienceEntrance, EntranceOptions, EntranceState } from "../player/audience-entrance.ts";
import type { Quality } from "../player/programme.ts";
import { type LayerReading, LayerSteering } from "./layer-steering.ts";

/** All viewers come back at once when a media node restarts: they spread over this. */
const RETURN_SPREAD_MS = 1_200;
const DISCONNECTED_GRACE_MS = 1_500;
const STEER_EVERY_MS = 2_000;
const layers: Record<Exclude<Quality, "auto">, number> = { "720": 1, "360": 0 };

let device: Promise<Device> | null = null;

/** Learns what this browser can receive; made once a page, and may be called ahead of need. */
export function prepareDevice(): Promise<Device> {
  device ??= (async () => {
    const made = await Device.factory();
    await made.load({ routerRtpCapabilities: routerRtpCapabilities as unknown as types.RtpCapabilities });
    return made;
  })();
  device.catch(() => {
    device = null;
  });
  return device;
}

export function openAudienceEntrance(stageId: string, options: EntranceOptions): AudienceEntrance {
  return new MediasoupEntrance(stageId, options);
}

class MediasoupEntrance implements AudienceEntrance {
  readonly stream = new MediaStream();
  readonly #stageId: string;
  readonly #peerKey = crypto.randomUUID().replaceAll("-", "");
  readonly #store = new Store<EntranceState>({ phase: "entering" });
  readonly #stops: (() => void)[] = [];
  readonly #consumers = new Map<string, types.Consumer>();
  readonly #steering: LayerSteering;
  #transport: types.Transport | null = null;
  #roomId = "";
  #isAudioOnly: boolean;
  #isPaused = false;
  #quality: Quality;
  #timers = new Set<ReturnType<typeof setTimeout>>();

  readonly subscribe = this.#store.subscribe;
  readonly getSnapshot = this.#store.getSnapshot;

  constructor(stageId: string, { isAudioOnly, quality }: EntranceOptions) {
    this.#stageId = stageId;
    this.#roomId = `audience:${stageId}`;
    this.#isAudioOnly = isAudioOnly;
    this.#quality = quality;
    this.#steering = new LayerSteering((spatialLayer) => this.#requestLayer(spatialLayer));
    this.#listen();
    void this.#enter();
  }

  async readProgress(): Promise<number> {
    let received = 0;
    for (const consumer of this.#consumers.values())
      for (const report of (await consumer.getStats()).values())
        if (report.type === "inbound-rtp")
          received += (report as RTCInboundRtpStreamStats).packetsReceived ?? 0;
    return received;
  }

  setAudioOnly(isAudioOnly: boolean): void {
    this.#isAudioOnly = isAudioOnly;
    for (const consumer of this.#consumers.values()) this.#applyPause(consumer);
  }

  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    for (const consumer of this.#consumers.values()) this.#applyPause(consumer);
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
    let connections = realtime.getSnapshot().connections;
    this.#stops.push(
      () => clearInterval(steer),
      realtime.on(
        "room:consumerOpened",
        inThisRoom(({ consumer }) => void this.#consume([consumer])),
      ),
      realtime.on(
        "room:consumerClosed",
        inThisRoom(({ consumerId }) => this.#drop(consumerId)),
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
        if (connections > 0) this.#return();
        connections = now.connections;
      }),
    );
  }

  async #enter(): Promise<void> {
    try {
      const ready = await prepareDevice();
      const joined = await realtime.request("room:join", {
        room: { kind: "audience", stageId: this.#stageId },
        peerKey: this.#peerKey,
        displayName: null,
        rtpCapabilities: ready.recvRtpCapabilities as unknown as Record<string, unknown>,
        ...this.#keptTransport(),
      });
      if (this.#isClosed) return;
      const isKept = this.#transport?.id === joined.receiveTransport.id;
      if (isKept) this.#dropAllBut(joined.consumers);
      else {
        this.#leaveTransport();
        this.#transport = this.#createTransport(ready, joined);
      }
      await this.#consume(joined.consumers);
      if (!this.#isClosed) this.#store.set({ phase: "open" });
    } catch (error) {
      console.info("[audience] could not enter:", error);
      this.#close(errorCodeOf(error));
    }
  }

  /** Media still comes, only the socket was lost: the room is asked to go on with it. */
  #keptTransport(): { keptTransportId?: string } {
    const transport = this.#transport;
    const isKept = transport?.connectionState === "connected" && !transport.closed;
    return isKept ? { keptTransportId: transport.id } : {};
  }

  #dropAllBut(offered: readonly ConsumerOptions[]): void {
    const there = new Set(offered.map((one) => one.id));
    for (const id of [...this.#consumers.keys()]) if (!there.has(id)) this.#drop(id);
  }

  #createTransport(ready: Device, joined: RequestResult<"room:join">): types.Transport {
    this.#roomId = joined.roomId;
    const transport = ready.createRecvTransport(joined.receiveTransport as unknown as types.TransportOptions);
    transport.on("connect", ({ dtlsParameters }, done, failed) => {
      realtime
        .request("room:connectTransport", {
          roomId: joined.roomId,
          transportId: transport.id,
          dtlsParameters: dtlsParameters as unknown as Record<string, unknown>,
        })
        .then(done, failed);
    });
    transport.on("connectionstatechange", (state) => {
      if (transport !== this.#transport || this.#isClosed) return;
      if (state === "failed") void this.#restartIce(transport);
      if (state === "disconnected")
        this.#after(DISCONNECTED_GRACE_MS, () => {
          if (transport.connectionState === "disconnected") void this.#restartIce(transport);
        });
    });
    return transport;
  }

  async #consume(offered: readonly ConsumerOptions[]): Promise<void> {
    const transport = this.#transport;
    if (!transport) return;
    // Asked for together, they share one negotiation.
    await Promise.all(
      offered.map(async ({ id, producerId, kind, rtpParameters }) => {
        if (this.#consumers.has(id)) return;
        const consumer = await transport.consume({
          id,
          producerId,
          kind,
          rtpParameters: rtpParameters as unknown as types.RtpParameters,
        });
        if (transport !== this.#transport || this.#isClosed) return consumer.close();
        this.#consumers.set(id, consumer);
        if (kind === "video" && this.#quality !== "auto") this.#requestLayer(layers[this.#quality]);
        this.#applyPause(consumer);
      }),
    );
  }

  #applyPause(consumer: types.Consumer): void {
    const isUnwanted = this.#isAudioOnly && consumer.kind === "video";
    // An element with a track that gives nothing waits for it; without the track it plays the sound.
    if (isUnwanted) this.stream.removeTrack(consumer.track);
    else this.stream.addTrack(consumer.track);
    const isPaused = this.#isPaused || isUnwanted;
    if (isPaused === consumer.paused) return;
    if (isPaused) consumer.pause();
    else consumer.resume();
    realtime
      .request("room:setConsumerPaused", { roomId: this.#roomId, consumerId: consumer.id, isPaused })
      .catch(() => {});
  }

  #drop(consumerId: string): void {
    const consumer = this.#consumers.get(consumerId);
    if (!consumer) return;
    this.#consumers.delete(consumerId);
    this.stream.removeTrack(consumer.track);
    consumer.close();
  }

  async #restartIce(transport: types.Transport): Promise<void> {
    try {
      const { iceParameters } = await realtime.request(
        "room:restartIce",
        { roomId: this.#roomId, transportId: transport.id },
        { deadlineMs: 4_000 },
      );
      if (transport === this.#transport && !transport.closed)
        await transport.restartIce({ iceParameters: iceParameters as unknown as types.IceParameters });
    } catch {
      if (transport === this.#transport) this.#return();
    }
  }

  /** Enters again under the same key, so that the room sees one viewer, not two. */
  #return(): void {
    const { phase } = this.#store.getSnapshot();
    if (phase === "closed" || phase === "returning") return;
    this.#store.set({ phase: "returning" });
    this.#after(Math.random() * RETURN_SPREAD_MS, () => void this.#enter());
  }

  #requestLayer(spatialLayer: number): void {
    for (const consumer of this.#consumers.values())
      if (consumer.kind === "video")
        realtime
          .request("room:setConsumerLayer", { roomId: this.#roomId, consumerId: consumer.id, spatialLayer })
          .catch(() => {});
  }

  async #steer(): Promise<void> {
    if (this.#quality !== "auto" || this.#isPaused || this.#isAudioOnly) return;
    for (const consumer of this.#consumers.values()) {
      if (consumer.kind !== "video") continue;
      for (const report of (await consumer.getStats()).values())
        if (report.type === "inbound-rtp") this.#steering.read(report as LayerReading);
    }
  }

  #after(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isClosed) act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #leaveTransport(): void {
    for (const id of [...this.#consumers.keys()]) this.#drop(id);
    this.#transport?.close();
    this.#transport = null;
  }

  #close(reason: Extract<EntranceState, { phase: "closed" }>["reason"]): boolean {
    if (this.#isClosed) return false;
    for (const stop of this.#stops) stop();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#leaveTransport();
    this.#store.set({ phase: "closed", reason });
    return true;
  }
}
