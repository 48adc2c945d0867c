/*
 * The page's one socket to the server and its only owner. It connects at first use, comes back by itself with
 * jitter, and never sends a request into a connection that is not there: it waits for one until the deadline.
 */
import type { Socket } from "socket.io-client";
import { ApiError } from "./api-error.ts";
import type { Answer, NoticeData, NoticeName, RequestData, RequestName, RequestResult } from "./contract.ts";
import { contractVersion } from "./doors.ts";
import { Store } from "./store.ts";

export type ConnectionState = {
  /** `mismatch`: the page is older or newer than the server and must be reloaded. */
  phase: "idle" | "connecting" | "connected" | "reconnecting" | "mismatch";
  /** Grows by one each time a connection was made. */
  connections: number;
};

const REQUEST_DEADLINE_MS = 10_000;
const RECONNECT_MIN_MS = 500;
/** With its jitter up to 3.75 s: who was cut off is back within five seconds of the network. */
const RECONNECT_MAX_MS = 2_500;
/** One attempt: a SYN into a dead network is asked again after 1, 3, 7, 15 s, so a new attempt is sooner. */
const CONNECT_TIMEOUT_MS = 4_000;

type NoticeHandler = (data: never) => void;

export class RealtimeSocket {
  readonly #store = new Store<ConnectionState>({ phase: "idle", connections: 0 });
  readonly #handlers = new Map<string, Set<NoticeHandler>>();
  readonly #onConnected = new Set<() => void>();
  #socket: Socket | null = null;
  #isOpened = false;
  #refusals = 0;

  readonly subscribe = this.#store.subscribe;
  readonly getSnapshot = this.#store.getSnapshot;

  /** Starts connecting; harmless when it already has. */
  connect(): void {
    if (this.#isOpened) return;
    this.#isOpened = true;
    this.#open().catch(() => {
      // socket.io itself could not be fetched.
      this.#isOpened = false;
      setTimeout(() => this.connect(), RECONNECT_MAX_MS * (0.5 + Math.random()));
    });
  }

  /** Connects anew, so that the server sees the session as it is now (after a join link was opened). */
  reconnect(): void {
    if (this.#socket) this.#socket.disconnect().connect();
    else this.connect();
  }

  /** Sends a request. @throws ApiError by the server's code; `timeout` when the deadline passed first. */
  async request<Name extends RequestName>(
    name: Name,
    data: RequestData<Name>,
    { deadlineMs = REQUEST_DEADLINE_MS }: { deadlineMs?: number } = {},
  ): Promise<RequestResult<Name>> {
    const endsAt = performance.now() + deadlineMs;
    const socket = await this.#connected(deadlineMs);
    let answer: Answer<RequestResult<Name>>;
    try {
      answer = await socket.timeout(Math.max(1, endsAt - performance.now())).emitWithAck(name, data);
    } catch (cause) {
      throw new ApiError({ code: "timeout", message: `${name} was not answered` }, { cause });
    }
    if (!answer.ok) throw new ApiError(answer.error);
    return answer.data;
  }

  /** Listens to a notice. @returns how to stop. */
  on<Name extends NoticeName>(name: Name, handler: (data: NoticeData<Name>) => void): () => void {
    this.connect();
    const handlers = this.#handlers.get(name) ?? new Set();
    this.#handlers.set(name, handlers);
    handlers.add(handler as NoticeHandler);
    return () => handlers.delete(handler as NoticeHandler);
  }

  /** Calls now if connected, and after every later connection: the place to subscribe again and catch up. */
  onConnected(handler: () => void): () => void {
    this.connect();
    this.#onConnected.add(handler);
    if (this.#socket?.connected) handler();
    return () => this.#onConnected.delete(handler);
  }

  async #open(): Promise<void> {
    this.#store.patch({ phase: "connecting" });
    const { io } = await import("socket.io-client");
    const socket = io({
      auth: { contractVersion },
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: RECONNECT_MIN_MS,
      reconnectionDelayMax: RECONNECT_MAX_MS,
      timeout: CONNECT_TIMEOUT_MS,
      randomizationFactor: 0.5,
    });
    this.#socket = socket;
    socket.on("connect", () => {
      this.#refusals = 0;
      this.#store.set({ phase: "connected", connections: this.#store.getSnapshot().connections + 1 });
      for (const handler of [...this.#onConnected]) handler();
    });
    socket.on("disconnect", (reason, details) => {
      const wasRefused = reason === "io server disconnect";
      if (this.#isMismatch(details)) return this.#refuse();
      if (this.#store.getSnapshot().phase !== "mismatch") this.#store.patch({ phase: "reconnecting" });
      // The server ended it on purpose (shutdown, changed rights): socket.io does not come back by itself then.
      if (wasRefused) this.#connectLater(socket);
    });
    socket.on("connect_error", (error) => {
      if (this.#isMismatch(error)) return this.#refuse();
      if (this.#store.getSnapshot().connections > 0) this.#store.patch({ phase: "reconnecting" });
      if (!socket.active) this.#connectLater(socket);
    });
    // The cable is in again: what was connected before may be dead for half a minute until that is noticed.
    addEventListener("online", () => {
      if (this.#store.getSnapshot().phase !== "mismatch") this.reconnect();
    });
    socket.onAny((name: string, data: unknown) => {
      for (const handler of [...(this.#handlers.get(name) ?? [])]) handler(data as never);
    });
  }

  /** socket.io comes back by itself from a lost connection, but not from a refusal. */
  #connectLater(socket: Socket): void {
    const delayMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#refusals++);
    setTimeout(() => socket.connect(), delayMs * (1 + Math.random()));
  }

  #isMismatch(error: unknown): boolean {
    const { message, data } = (error ?? {}) as { message?: unknown; data?: { code?: unknown } };
    return message === "contract_mismatch" || data?.code === "contract_mismatch";
  }

  #refuse(): void {
    this.#store.patch({ phase: "mismatch" });
    this.#socket?.disconnect();
  }

  async #connected(deadlineMs: number): Promise<Socket> {
    this.connect();
    if (this.#socket?.connected) return this.#socket;
    await new Promise<void>((resolve, reject) => {
      const done = (settle: () => void) => {
        clearTimeout(timer);
        stop();
        settle();
      };
      const timer = setTimeout(
        () => done(() => reject(new ApiError({ code: "timeout", message: "not connected" }))),
        deadlineMs,
      );
      const stop = this.subscribe(() => {
        const { phase } = this.getSnapshot();
        if (phase === "connected") done(resolve);
        else if (phase === "mismatch")
          done(() => reject(new ApiError({ code: "contract_mismatch", message: "reload the page" })));
      });
    });
    return this.#socket!;
  }
}

export const realtime = new RealtimeSocket();
