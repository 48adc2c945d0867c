import type { types } from "mediasoup-client";
import { roomIdOf } from "../../../server/contract/room-id.ts";
import type { ConsumerOptions } from "../../../server/contract/rooms.ts";
import { pageCertificate } from "./page-certificate.ts";
import { requirePeerKey } from "./peer-key.ts";
import { keptTransport, loadDevice, RoomMedia, type RoomMediaParts } from "./room-media.ts";
import type { RoomSocket } from "./room-socket.ts";

const RETRY_MS = 1500;

/** The programme's picture for a monitor: silent, comes back by itself, owns its place in the audience room. */
export class ProgrammeFeed {
  readonly #socket: RoomSocket;
  readonly #stageId: string;
  readonly #roomId: string;
  readonly #onTrack: (track: MediaStreamTrack | null) => void;
  readonly #undo: (() => void)[];
  #media: RoomMedia | null = null;
  #shownId: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isConnected = false;
  #isClosed = false;

  constructor(socket: RoomSocket, stageId: string, onTrack: (track: MediaStreamTrack | null) => void) {
    this.#socket = socket;
    this.#stageId = stageId;
    this.#roomId = roomIdOf({ kind: "audience", stageId });
    this.#onTrack = onTrack;
    this.#undo = [
      socket.on("room:consumerOpened", ({ roomId, consumer }) => {
        if (roomId === this.#roomId) this.#show(consumer).catch(() => this.#again());
      }),
      socket.on("room:consumerClosed", ({ roomId, consumerId }) => {
        if (roomId !== this.#roomId) return;
        this.#media?.closeConsumer(consumerId);
        if (consumerId === this.#shownId) this.#take(null, null);
      }),
      socket.on("room:closed", ({ roomId }) => {
        if (roomId !== this.#roomId) return;
        this.#take(null, null);
        this.#again();
      }),
      socket.onConnection((isConnected) => {
        this.#isConnected = isConnected;
        if (isConnected) this.#again(0);
      }),
    ];
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const undo of this.#undo) undo();
    this.#media?.close();
    if (this.#isConnected) this.#socket.request("room:leave", { roomId: this.#roomId }).catch(() => {});
  }

  #again(afterMs = RETRY_MS): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#enter().catch(() => this.#again());
    }, afterMs);
  }

  async #enter(): Promise<void> {
    const [device, { certificate, dtlsParameters }] = await Promise.all([loadDevice(), pageCertificate()]);
    const joined = await this.#socket.request("room:join", {
      room: { kind: "audience", stageId: this.#stageId },
      peerKey: requirePeerKey(),
      displayName: null,
      rtpCapabilities: device.recvRtpCapabilities as unknown as Record<string, unknown>,
      dtlsParameters,
      ...keptTransport(this.#media),
    });
    if (this.#isClosed) return;
    if (!this.#media?.isIn(joined)) this.#changeMedia({ device, socket: this.#socket, joined, certificate });
    for (const consumer of joined.consumers) await this.#show(consumer);
  }

  #changeMedia(parts: RoomMediaParts): void {
    this.#media?.close();
    this.#media = new RoomMedia(parts, {
      onTransportState: (state: types.ConnectionState) => {
        if (state === "failed") this.#again();
      },
    });
  }

  async #show(options: ConsumerOptions): Promise<void> {
    if (options.kind !== "video") return;
    const consumer = await this.#media?.receive(options);
    if (consumer && !this.#isClosed) this.#take(consumer.track, options.id);
  }

  /** Without a track the monitor says that it waits: a picture that stands still would be taken for the programme. */
  #take(track: MediaStreamTrack | null, consumerId: string | null): void {
    this.#shownId = consumerId;
    this.#onTrack(track);
  }
}
