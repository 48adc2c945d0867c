import { type RawData, WebSocket } from "ws";
import {
  MAX_MEDIA_FRAME_BYTES,
  MEDIA_REQUEST_TIMEOUT_MS,
  MEDIA_SECRET_HEADER,
  type MediaFrame,
  type MediaNoticeName,
  type MediaRequestName,
  mediaNotices,
  mediaRequests,
} from "../../contract/media.ts";
import type { MediaPlane } from "../../contract/media-plane.ts";
import { decodeFrame } from "./decode-frame.ts";
import { MediaLinkError } from "./media-link-error.ts";
import { NoticeListeners } from "./notice-listeners.ts";

/*
 * The server's end of the link to a media node. Owns one socket at a time and comes back by itself: at once after
 * the first loss, then with full jitter up to 0.5 s. Requests under way when the link is lost are refused with
 * `media_unavailable`; who asked decides whether to ask again. Closed by the composition root.
 */

export interface MediaLinkOptions {
  /** As `config.media.link`. */
  link: { kind: "socket"; path: string } | { kind: "network"; host: string; port: number; secret: string };
  log: {
    info(message: string): void;
    warn(message: string): void;
    error(fields: object, message: string): void;
  };
  /** For tests. */
  requestTimeoutMs?: number;
}

interface Pending {
  name: MediaRequestName;
  resolve: (result: never) => void;
  reject: (error: MediaLinkError) => void;
  deadline: NodeJS.Timeout;
}

const RECONNECT_BASE_MS = 100;
/** A node that was killed is back within a second or two, and all who were on it wait for this. */
const RECONNECT_CAP_MS = 500;
const HANDSHAKE_TIMEOUT_MS = 3_000;
/** The node pings every 5 s. */
const SILENCE_BOUND_MS = 15_000;

export class MediaLink implements MediaPlane {
  readonly #options: MediaLinkOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners: NoticeListeners;
  readonly #connectionListeners = new Set<(isConnected: boolean) => void>();
  #socket: WebSocket | null = null;
  #isConnected = false;
  #isClosed = false;
  #lastId = 0;
  #attempts = 0;
  #reconnect: NodeJS.Timeout | undefined;
  #silence: NodeJS.Timeout | undefined;

  /** Begins to connect; does not wait for the node. */
  constructor(options: MediaLinkOptions) {
    this.#options = options;
    this.#listeners = new NoticeListeners((error, name) =>
      options.log.error({ err: error }, `[media-link] listener of ${name} failed`),
    );
    this.#connect();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  request: MediaPlane["request"] = (name, data) => {
    const socket = this.#socket;
    if (!socket || !this.#isConnected) {
      return Promise.reject(new MediaLinkError("media_unavailable", "media node is not connected"));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const deadline = setTimeout(() => {
        this.#pending.delete(id);
        reject(new MediaLinkError("timeout", `media node did not answer ${name}`));
      }, this.#options.requestTimeoutMs ?? MEDIA_REQUEST_TIMEOUT_MS);
      this.#pending.set(id, { name, resolve, reject, deadline });
      socket.send(JSON.stringify({ type: "request", id, name, data } satisfies MediaFrame));
    });
  };

  onNotice: MediaPlane["onNotice"] = (name, listener) => this.#listeners.add(name, listener);

  onConnection(listener: (isConnected: boolean) => void): () => void {
    this.#connectionListeners.add(listener);
    listener(this.#isConnected);
    return () => this.#connectionListeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#reconnect);
    this.#socket?.terminate();
    this.#handleLoss();
    this.#listeners.clear();
    this.#connectionListeners.clear();
  }

  #connect(): void {
    const { link } = this.#options;
    const url = link.kind === "socket" ? `ws+unix://${link.path}:/` : `ws://${link.host}:${link.port}/`;
    const socket = new WebSocket(url, {
      maxPayload: MAX_MEDIA_FRAME_BYTES + 64 * 1024,
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      headers: link.kind === "network" ? { [MEDIA_SECRET_HEADER]: link.secret } : {},
    });
    this.#socket = socket;
    let failure = "";
    socket.on("open", () => this.#handleOpen());
    socket.on("ping", () => this.#heard(socket));
    socket.on("message", (data, isBinary) => this.#handleMessage(socket, data, isBinary));
    socket.on("error", (error) => {
      failure = error.message;
    });
    socket.on("close", (code) => {
      if (this.#socket !== socket || this.#isClosed) return;
      if (this.#isConnected || this.#attempts % 20 === 1) {
        this.#options.log.warn(
          `[media-link] ${this.#isConnected ? "lost" : "cannot connect"} (${failure || code})`,
        );
      }
      this.#handleLoss();
      this.#scheduleReconnect();
    });
  }

  #scheduleReconnect(): void {
    const boundMs = Math.min(RECONNECT_CAP_MS, RECONNECT_BASE_MS * 2 ** Math.min(this.#attempts, 10));
    this.#attempts += 1;
    this.#reconnect = setTimeout(() => this.#connect(), 20 + Math.random() * boundMs);
  }

  #handleOpen(): void {
    if (this.#isClosed) return;
    this.#attempts = 0;
    this.#isConnected = true;
    if (this.#socket) this.#heard(this.#socket);
    this.#options.log.info("[media-link] connected");
    this.#tellConnection();
  }

  #handleLoss(): void {
    clearTimeout(this.#silence);
    this.#socket = null;
    for (const [id, pending] of this.#pending) {
      clearTimeout(pending.deadline);
      this.#pending.delete(id);
      pending.reject(new MediaLinkError("media_unavailable", `media node went away during ${pending.name}`));
    }
    if (!this.#isConnected) return;
    this.#isConnected = false;
    this.#tellConnection();
  }

  #tellConnection(): void {
    for (const listener of this.#connectionListeners) {
      try {
        listener(this.#isConnected);
      } catch (error) {
        this.#options.log.error({ err: error }, "[media-link] connection listener failed");
      }
    }
  }

  #heard(socket: WebSocket): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => socket.terminate(), SILENCE_BOUND_MS);
  }

  #handleMessage(socket: WebSocket, data: RawData, isBinary: boolean): void {
    const decoded = decodeFrame(data as Buffer, isBinary);
    if (!decoded) {
      this.#options.log.error({}, "[media-link] frame that is none; reconnecting");
      socket.terminate();
      return;
    }
    const { frame, bytes } = decoded;
    switch (frame.type) {
      case "notice":
        this.#handleNotice(frame.name, frame.data, bytes);
        return;
      case "answer":
        this.#settle(frame.id, (pending) => {
          const result = mediaRequests[pending.name].result.safeParse(frame.data);
          if (result.success) pending.resolve(result.data as never);
          else
            pending.reject(
              new MediaLinkError("internal", `bad answer to ${pending.name}: ${result.error.message}`),
            );
        });
        return;
      case "refusal":
        this.#settle(frame.id, (pending) => {
          pending.reject(new MediaLinkError(frame.error.code, frame.error.message));
        });
        return;
      case "request":
        this.#options.log.error({}, `[media-link] node asked ${frame.name}`);
    }
  }

  #settle(id: number, how: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    clearTimeout(pending.deadline);
    how(pending);
  }

  #handleNotice(name: string, data: unknown, bytes: Buffer | null): void {
    if (!Object.hasOwn(mediaNotices, name)) return;
    const notice = name as MediaNoticeName;
    const parsed = mediaNotices[notice].safeParse(data);
    if (parsed.success) this.#listeners.emit(notice, parsed.data as never, bytes);
    else this.#options.log.error({ err: parsed.error }, `[media-link] bad notice ${name}`);
  }
}
