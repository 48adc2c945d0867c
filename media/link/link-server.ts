import { timingSafeEqual } from "node:crypto";
import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { connect } from "node:net";
import path from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import {
  MAX_MEDIA_FRAME_BYTES,
  MEDIA_SECRET_HEADER,
  type MediaNoticeData,
  type MediaNoticeName,
} from "../../server/contract/media.ts";
import type { Log } from "../log.ts";
import { encodeBinaryFrame, encodeNotice } from "./frames.ts";
import { LinkConnection } from "./link-connection.ts";
import type { RequestHandler } from "./request-handler.ts";

/*
 * The node's end of the link: a WebSocket on a unix socket or on TCP with a shared secret. Owns its connections;
 * closed by the node. Several servers may be connected; each hears every notice.
 */

export interface LinkServerOptions {
  address: { socketPath: string } | { host: string; port: number };
  /** `null`: anybody who reaches the unix socket is the server (its folder is 0700). */
  secret: string | null;
  handle: RequestHandler;
  onServerConnected?: () => void;
  log: Log;
}

export class LinkServer {
  readonly #options: LinkServerOptions;
  readonly #http: Server;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Set<LinkConnection>();

  /** @throws Error when the address is taken by a living process. */
  static async create(options: LinkServerOptions): Promise<LinkServer> {
    const server = new LinkServer(options);
    await server.#listen();
    return server;
  }

  private constructor(options: LinkServerOptions) {
    this.#options = options;
    this.#http = createServer((_request, response) => response.writeHead(426).end());
    this.#sockets = new WebSocketServer({
      server: this.#http,
      maxPayload: MAX_MEDIA_FRAME_BYTES,
      perMessageDeflate: false,
      verifyClient: ({ req }: { req: IncomingMessage }) => this.#isAllowed(req),
    });
    this.#sockets.on("connection", (socket) => this.#handleConnection(socket));
    // The http server's errors are re-emitted here; `#listen` has its own listener for those at start.
    this.#sockets.on("error", (error) => options.log.error({ err: error }, "[link] server socket failed"));
  }

  /** TCP port, or 0 on a unix socket. */
  get port(): number {
    const address = this.#http.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  get isConnected(): boolean {
    return this.#connections.size > 0;
  }

  notify<Name extends MediaNoticeName>(name: Name, data: MediaNoticeData<Name>, bytes?: Uint8Array): void {
    if (this.#connections.size === 0) return;
    const frame = bytes ? encodeBinaryFrame({ type: "notice", name, data }, bytes) : encodeNotice(name, data);
    for (const connection of this.#connections) connection.sendNotice(frame, bytes !== undefined);
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    this.#sockets.close();
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
    if ("socketPath" in this.#options.address) rmSync(this.#options.address.socketPath, { force: true });
  }

  #handleConnection(socket: WebSocket): void {
    const { handle, log } = this.#options;
    const connection = new LinkConnection({
      socket,
      handle,
      log,
      onClosed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    log.info(`[link] server connected (${this.#connections.size})`);
    this.#options.onServerConnected?.();
  }

  #isAllowed(request: IncomingMessage): boolean {
    const { secret } = this.#options;
    if (secret === null) return true;
    const given = request.headers[MEDIA_SECRET_HEADER];
    if (typeof given !== "string") return false;
    const [a, b] = [Buffer.from(given), Buffer.from(secret)];
    return a.length === b.length && timingSafeEqual(a, b);
  }

  async #listen(): Promise<void> {
    const { address } = this.#options;
    if ("socketPath" in address) {
      mkdirSync(path.dirname(address.socketPath), { recursive: true, mode: 0o700 });
      if (await isAnswering(address.socketPath))
        throw new Error(`another media node answers on ${address.socketPath}`);
      rmSync(address.socketPath, { force: true });
    }
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen("socketPath" in address ? { path: address.socketPath } : address, () => {
        this.#http.off("error", reject);
        resolve();
      });
    });
    if ("socketPath" in address) chmodSync(address.socketPath, 0o600);
  }
}

/** A socket file outlives a killed process; only one that accepts is in use. */
function isAnswering(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}
