import type { RawData, WebSocket } from "ws";
import type { ErrorBody } from "../../server/contract/errors.ts";
import { MediaFrame, type MediaRequestName, mediaRequests } from "../../server/contract/media.ts";
import type { Log } from "../log.ts";
import { MediaError } from "../media-error.ts";
import type { RequestHandler } from "./request-handler.ts";

/** Above this the server reads too slowly and parts are dropped; it takes whole segments from disk instead. */
const PART_BUFFER_BOUND_BYTES = 8 * 1024 * 1024;
/** Above this the connection is ended; the server comes back and reconciles. */
const BUFFER_BOUND_BYTES = 48 * 1024 * 1024;
/** A peer that answers no ping for two of these is gone. */
const PING_INTERVAL_MS = 5_000;
/** Requests under way on one connection. */
const MAX_REQUESTS_UNDER_WAY = 5_000;

export interface LinkConnectionOptions {
  socket: WebSocket;
  handle: RequestHandler;
  log: Log;
  onClosed: () => void;
}

/** One server's connection. Answers each request exactly once. Ends itself when the socket does. */
export class LinkConnection {
  readonly #options: LinkConnectionOptions;
  readonly #pings: NodeJS.Timeout;
  #isAlive = true;
  #underWay = 0;
  #droppedParts = 0;

  constructor(options: LinkConnectionOptions) {
    this.#options = options;
    const { socket, log } = options;
    socket.on("message", (data, isBinary) => this.#handleMessage(data, isBinary));
    socket.on("pong", () => {
      this.#isAlive = true;
    });
    socket.on("error", (error) => log.warn(`[link] ${error.message}`));
    socket.on("close", (code) => {
      clearInterval(this.#pings);
      log.info(`[link] server disconnected (${code})`);
      options.onClosed();
    });
    this.#pings = setInterval(() => this.#ping(), PING_INTERVAL_MS);
  }

  sendNotice(frame: string | Buffer, isPart: boolean): void {
    const { socket, log } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > BUFFER_BOUND_BYTES) {
      log.error("[link] server does not read; connection ended");
      socket.terminate();
      return;
    }
    if (isPart && socket.bufferedAmount > PART_BUFFER_BOUND_BYTES) {
      this.#droppedParts += 1;
      if (this.#droppedParts % 100 === 1)
        log.warn(`[link] server reads slowly, ${this.#droppedParts} parts dropped`);
      return;
    }
    socket.send(frame);
  }

  close(): void {
    clearInterval(this.#pings);
    this.#options.socket.close(1001);
    this.#options.socket.terminate();
  }

  #handleMessage(data: RawData, isBinary: boolean): void {
    const frame = isBinary ? null : parseFrame(data);
    if (frame?.type !== "request") {
      this.#options.log.warn("[link] frame that is no request; connection ended");
      this.#options.socket.close(1008);
      return;
    }
    void this.#answer(frame.id, frame.name, frame.data);
  }

  async #answer(id: number, name: string, data: unknown): Promise<void> {
    const answer: MediaFrame = await this.#run(name, data).then(
      (result) => ({ type: "answer", id, ok: true, data: result }),
      (error: unknown) => ({ type: "refusal", id, error: this.#present(error, name) }),
    );
    const { socket } = this.#options;
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(answer));
  }

  async #run(name: string, data: unknown): Promise<unknown> {
    if (!Object.hasOwn(mediaRequests, name)) throw new MediaError("bad_request", `no request ${name}`);
    const request = name as MediaRequestName;
    const parsed = mediaRequests[request].data.safeParse(data);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw new MediaError("bad_request", `${name}: ${issue?.path.join(".")} ${issue?.message}`);
    }
    if (this.#underWay >= MAX_REQUESTS_UNDER_WAY) throw new MediaError("too_many_requests", "node is busy");
    this.#underWay += 1;
    try {
      return await this.#options.handle(request, parsed.data as never);
    } finally {
      this.#underWay -= 1;
    }
  }

  #present(error: unknown, name: string): ErrorBody {
    if (error instanceof MediaError) return { code: error.code, message: error.message.slice(0, 1000) };
    this.#options.log.error({ err: error }, `[link] ${name} failed`);
    return { code: "internal", message: `${name} failed in the media node` };
  }

  #ping(): void {
    if (!this.#isAlive) {
      this.#options.socket.terminate();
      return;
    }
    this.#isAlive = false;
    this.#options.socket.ping();
  }
}

function parseFrame(data: RawData): MediaFrame | null {
  try {
    const parsed = MediaFrame.safeParse(JSON.parse(data.toString()));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
