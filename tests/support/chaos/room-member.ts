/*
 * One participant without a browser: a socket that comes back by itself, and media by the WebRTC load client. It lives
 * through lost sockets, restarted media and failed transports as the pages do (client/src/room), always as the same
 * peer, and knows for how long its pictures and its sound were away.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import {
  type Answer,
  CONTRACT_VERSION,
  type NoticeData,
  type RequestData,
  type RequestName,
  type RequestResult,
} from "../../../server/contract/realtime.ts";
import { type JoinedRoom, type RoomRef, roomIdOf } from "../../../server/contract/rooms.ts";
import { type OfferedMedia, writeOffer } from "../load/session-description.ts";
import type { PeerStats, WebrtcLoad } from "../load/webrtc-load.ts";
import { type PresenterFiles, sendFiles } from "../load/webrtc-presenter.ts";
import { viewerCapabilities } from "../load/webrtc-viewers.ts";

/** As client/src/room: all come back at once when a media node restarts, so they spread over this. */
const RETURN_SPREAD_MS = 1_200;
const RETRY_FIRST_MS = 500;
const RETRY_LONGEST_MS = 8_000;
const REQUEST_MS = 10_000;

export interface MemberOptions {
  load: WebrtcLoad;
  url: string;
  /** Cookie header of its browser. */
  cookie: string;
  room: RoomRef;
  displayName: string;
  /** What it sends as soon as it may. */
  files?: PresenterFiles;
  /** Staff: lets in who asks to speak. */
  admits?: boolean;
}

interface Flow {
  lastAtMs: number;
  longestGapMs: number;
}

export class RoomMember {
  readonly name: string;
  readonly #options: MemberOptions;
  readonly #roomId: string;
  readonly #peerKey = crypto.randomUUID().replaceAll("-", "");
  readonly #socket: Socket;
  readonly #flows: Record<"audio" | "video", Flow>;
  /** Load client's peer that receives, and the transport that it is connected to. */
  #receiving: { id: string; transportId: string } | null = null;
  #sending: { id: string; transportId: string } | null = null;
  #joined: JoinedRoom | null = null;
  #stay = 0;
  #retryMs = RETRY_FIRST_MS;
  #isClosed = false;
  /** How often it had to enter anew. */
  entries = 0;
  /** Why it could not enter, the last time. */
  failure = "";

  /** Resolves when it has entered. */
  static async enter(options: MemberOptions): Promise<RoomMember> {
    const member = new RoomMember(options);
    const until = performance.now() + 30_000;
    while (member.entries === 0) {
      if (performance.now() > until) throw new Error(`${member.name} could not enter: ${member.failure}`);
      await sleep(20);
    }
    return member;
  }

  private constructor(options: MemberOptions) {
    this.name = options.displayName;
    this.#options = options;
    this.#roomId = roomIdOf(options.room);
    const now = Date.now();
    this.#flows = { audio: { lastAtMs: now, longestGapMs: 0 }, video: { lastAtMs: now, longestGapMs: 0 } };
    this.#socket = io(options.url, {
      forceNew: true,
      transports: ["websocket"],
      auth: { contractVersion: CONTRACT_VERSION },
      extraHeaders: { cookie: options.cookie },
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      randomizationFactor: 0.5,
    });
    this.#socket.on("connect", () => this.#enterSoon(0));
    this.#socket.on("disconnect", (reason) => {
      if (reason === "io server disconnect" && !this.#isClosed)
        setTimeout(() => this.#socket.connect(), 500 * (1 + Math.random()));
    });
    this.#socket.on("connect_error", () => {
      if (!this.#socket.active && !this.#isClosed)
        setTimeout(() => this.#socket.connect(), 1_000 * (1 + Math.random()));
    });
    this.#listen();
  }

  get isConnected(): boolean {
    return this.#socket.connected;
  }

  get isSending(): boolean {
    return this.#sending !== null;
  }

  /** Port of the worker that it receives from. */
  get workerPort(): number | null {
    const [candidate] = (this.#joined?.receiveTransport.iceCandidates ?? []) as { port?: number }[];
    return candidate?.port ?? null;
  }

  request<Name extends RequestName>(name: Name, data: RequestData<Name>): Promise<RequestResult<Name>> {
    const asked = this.#socket.timeout(REQUEST_MS).emitWithAck(name, data) as Promise<
      Answer<RequestResult<Name>>
    >;
    return asked.then((answer) => {
      if (!answer.ok) throw new Error(`${name}: ${answer.error.code}`);
      return answer.data;
    });
  }

  /** Takes in what the load client counted; to be called often. A new connection's gap began in the old one. */
  observe(all: ReadonlyMap<string, PeerStats>): void {
    const stats = this.#receiving === null ? undefined : all.get(this.#receiving.id);
    if (!stats) return;
    if (stats.state === "failed") {
      this.#receiving = null;
      this.#enterSoon(Math.random() * RETURN_SPREAD_MS);
      return;
    }
    for (const kind of ["audio", "video"] as const) {
      const { firstAtMs, lastAtMs, longestGapMs } = stats[kind];
      const flow = this.#flows[kind];
      if (lastAtMs === 0) continue;
      const gapMs = Math.max(longestGapMs, firstAtMs > flow.lastAtMs ? firstAtMs - flow.lastAtMs : 0);
      flow.longestGapMs = Math.max(flow.longestGapMs, gapMs);
      flow.lastAtMs = Math.max(flow.lastAtMs, lastAtMs);
    }
  }

  reset(): void {
    for (const flow of Object.values(this.#flows)) flow.longestGapMs = 0;
  }

  /** Seconds without a packet: the longest since the last reset, one that is open included; and the open one. */
  read(kind: "audio" | "video"): { longestS: number; openS: number } {
    const { lastAtMs, longestGapMs } = this.#flows[kind];
    const openMs = Math.max(0, Date.now() - lastAtMs);
    return { longestS: Math.max(longestGapMs, openMs) / 1000, openS: openMs / 1000 };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stay += 1;
    this.#socket.close();
    await this.#closePeers();
  }

  #listen(): void {
    const inRoom = <Data extends { roomId: string }>(handle: (data: Data) => void) => {
      return (data: Data) => {
        if (data.roomId === this.#roomId && !this.#isClosed) handle(data);
      };
    };
    this.#socket.on(
      "room:closed",
      inRoom(({ reason }: NoticeData<"room:closed">) => {
        if (reason === "media_restarted") this.#enterSoon(Math.random() * RETURN_SPREAD_MS);
        else this.failure = `room closed: ${reason}`;
      }),
    );
    this.#socket.on(
      "room:speakRightChanged",
      inRoom(({ speakRight }: NoticeData<"room:speakRightChanged">) => {
        if (speakRight !== "none") void this.#send(this.#stay).catch(() => {});
      }),
    );
    for (const name of ["room:peerJoined", "room:peerChanged"] as const)
      this.#socket.on(
        name,
        inRoom(({ peer }: NoticeData<"room:peerJoined">) => this.#admit([peer])),
      );
  }

  #enterSoon(delayMs: number): void {
    const stay = ++this.#stay;
    setTimeout(() => {
      if (stay !== this.#stay || this.#isClosed || !this.#socket.connected) return;
      this.#enter(stay).then(
        () => {
          this.#retryMs = RETRY_FIRST_MS;
        },
        (error: Error) => {
          this.failure = error.message;
          if (stay !== this.#stay || this.#isClosed) return;
          this.#enterSoon(this.#retryMs * (0.5 + Math.random()));
          this.#retryMs = Math.min(RETRY_LONGEST_MS, 2 * this.#retryMs);
        },
      );
    }, delayMs).unref();
  }

  async #enter(stay: number): Promise<void> {
    const { load, room, displayName, files } = this.#options;
    const kept = this.#receiving?.transportId;
    const joined = await this.request("room:join", {
      room,
      peerKey: this.#peerKey,
      displayName: room.kind === "audience" ? null : displayName,
      rtpCapabilities: viewerCapabilities,
      ...(kept === undefined ? {} : { keptTransportId: kept }),
    });
    if (stay !== this.#stay) return;
    this.#joined = joined;
    if (joined.receiveTransport.id !== kept) {
      await this.#closePeers();
      const id = crypto.randomUUID();
      await load.offer({ id, group: this.name, sdp: writeReceiveOffer(joined), decrypt: "first" });
      await this.request("room:connectTransport", {
        roomId: joined.roomId,
        transportId: joined.receiveTransport.id,
        dtlsParameters: load.dtlsParameters,
      });
      this.#receiving = { id, transportId: joined.receiveTransport.id };
    }
    if (stay !== this.#stay) return;
    if (files && joined.speakRight !== "none") await this.#send(stay);
    else if (files) await this.request("room:askToSpeak", { roomId: joined.roomId, isAsking: true });
    this.#admit(joined.peers);
    this.entries += 1;
  }

  async #send(stay: number): Promise<void> {
    const { load, files } = this.#options;
    const joined = this.#joined;
    if (!files || !joined?.sendTransport || stay !== this.#stay) return;
    const transportId = joined.sendTransport.id;
    if (this.#sending?.transportId === transportId) return;
    const id = crypto.randomUUID();
    this.#sending = { id, transportId };
    try {
      await sendFiles(load, this, { joined, roomId: joined.roomId, files, id, group: this.name });
    } catch (error) {
      this.#sending = null;
      await load.closePeers({ id });
      throw error;
    }
  }

  #admit(peers: JoinedRoom["peers"]): void {
    if (!this.#options.admits) return;
    for (const { peerId, isAskingToSpeak } of peers)
      if (isAskingToSpeak)
        this.request("room:setSpeakRight", { roomId: this.#roomId, peerId, speakRight: "picture" }).catch(
          () => {},
        );
  }

  async #closePeers(): Promise<void> {
    const { load } = this.#options;
    for (const peer of [this.#receiving, this.#sending])
      if (peer) await load.closePeers({ id: peer.id }).catch(() => {});
    this.#receiving = null;
    this.#sending = null;
  }
}

/** Sound and picture as every router of the product sends them, whatever the room has now. */
function writeReceiveOffer({ receiveTransport, routerRtpCapabilities }: JoinedRoom): string {
  const { codecs } = routerRtpCapabilities as unknown as {
    codecs: { kind: "audio" | "video"; mimeType: string; preferredPayloadType: number; clockRate: number }[];
  };
  const media = (["audio", "video"] as const).map((kind, index): OfferedMedia => {
    const own = codecs.filter((codec) => codec.kind === kind);
    return {
      kind,
      direction: "sendonly",
      rtpParameters: {
        mid: String(index),
        codecs: own.map(({ preferredPayloadType, ...codec }) => ({
          ...codec,
          payloadType: preferredPayloadType,
        })),
      },
    };
  });
  return writeOffer(receiveTransport, media);
}
