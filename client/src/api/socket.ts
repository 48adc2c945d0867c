/*
 * The page's one socket to the server and its only owner. It connects at first use, comes back by itself with
 * jitter, and never sends a request into a connection that is not there: it waits for one until the deadline.
 */
import { ApiError } from "./api-error.ts";
import type {
  Answer,
  ErrorBody,
  NoticeData,
  NoticeName,
  RequestData,
  RequestName,
  RequestResult,
} from "./contract.ts";
import { contractVersion } from "./doors.ts";
import { LineProbe } from "./line-probe.ts";
import { type OpenSocketLink, openWebSocketLink, type SocketLink } from "./socket-link.ts";
import { Store } from "./store.ts";

export type ConnectionState = {
  /** `mismatch`: the page is older or newer than the server and must be reloaded. */
  phase: "idle" | "connecting" | "connected" | "reconnecting" | "mismatch";
  /** Grows by one each time a connection was made. */
  connections: number;
};

const REQUEST_DEADLINE_MS = 10_000;
const RECONNECT_MIN_MS = 500;
/** From one try's beginning to the next, with jitter up to 3.75 s: who was cut off is back within five seconds of the network. */
const RECONNECT_MAX_MS = 2_500;
/** After a try that took longer than that: a network that swallows everything is asked again almost at once. */
const RECONNECT_PAUSE_MS = 200;
/** For a try to open. A SYN into a dead network is asked again after 1, 3, 7, 15 s, so a new try is sooner. */
const OPEN_MS = 4_000;
/** For one on a line that is there, and slow. */
const LONG_OPEN_MS = 8_000;
/** TCP, TLS and WebSocket; the server's first word comes with the last. */
const OPEN_ROUND_TRIPS = 3;
/** A try that is later than that by so much waits for a SYN's next turn, or for nothing. */
const STUCK_MS = 500;
/** Tries by WebSocket that never opened, before a server that answers otherwise is asked by polling. */
const TRIES_BEFORE_POLLING = 2;
/**
 * The same for who was connected. Chromium holds a page's next WebSocket back for 1 to 5 s after 14 that failed within
 * minutes (measured), Firefox for up to a minute; requests are not held back.
 */
const FAILURES_BEFORE_POLLING = 10;

/** Media have stopped and the server has said nothing for so long: that is no server that thinks. */
const SUSPECT_AFTER_MS = 3_500;

type NoticeHandler = (data: never) => void;

export class RealtimeSocket {
  readonly #store = new Store<ConnectionState>({ phase: "idle", connections: 0 });
  readonly #handlers = new Map<string, Set<NoticeHandler>>();
  readonly #onConnected = new Set<() => void>();
  readonly #origin: () => string;
  #open: OpenSocketLink = openWebSocketLink;
  #link: SocketLink | null = null;
  /** Of the next try, or of the end of the one that is opening. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #openingSinceMs: number | null = null;
  readonly #probe = new LineProbe({
    address: () => `${this.#origin()}/api/clock`,
    // A try that is under way is left to it until it is known whether it is late.
    onSign: () => this.#openingSinceMs !== null && clearTimeout(this.#timer),
    onMeasured: (roundTripMs) => void this.#handleLine(roundTripMs),
  });

  readonly subscribe = this.#store.subscribe;
  readonly getSnapshot = this.#store.getSnapshot;

  constructor(origin: () => string = () => location.origin) {
    this.#origin = origin;
  }

  /** Starts connecting; harmless when it already has. */
  connect(): void {
    if (this.#store.getSnapshot().phase !== "idle") return;
    this.#store.patch({ phase: "connecting" });
    // The cable is in again: what was connected before may be dead for half a minute until that is noticed.
    globalThis.addEventListener?.("online", () => this.reconnect());
    this.#openLink();
  }

  /** Connects anew, so that the server sees the session as it is now (after a join link was opened). */
  reconnect(): void {
    const { phase } = this.#store.getSnapshot();
    if (phase === "mismatch") return;
    if (phase === "idle") {
      this.connect();
      return;
    }
    this.#link?.close();
    if (phase === "connected") this.#store.patch({ phase: "reconnecting" });
    this.#openLink();
  }

  /**
   * Something else says that the line is dead. When the server has not been heard either, connects anew: what TCP has
   * sent into the outage comes long after its end, and pings that fail to come are noticed only after 22 s.
   */
  suspect(): void {
    const link = this.#connectedLink;
    if (link && performance.now() - link.heardAtMs > SUSPECT_AFTER_MS) this.reconnect();
  }

  /** For tests; a page's socket lives as long as the page. */
  close(): void {
    clearTimeout(this.#timer);
    this.#probe.stop();
    this.#link?.close();
    this.#link = null;
  }

  /** Sends a request. @throws ApiError by the server's code; `timeout` when the deadline passed first. */
  async request<Name extends RequestName>(
    name: Name,
    data: RequestData<Name>,
    { deadlineMs = REQUEST_DEADLINE_MS }: { deadlineMs?: number } = {},
  ): Promise<RequestResult<Name>> {
    const endsAt = performance.now() + deadlineMs;
    const link = this.#connectedLink ?? (await this.#untilConnected(deadlineMs));
    let answer: Answer<RequestResult<Name>>;
    try {
      const leftMs = Math.max(1, endsAt - performance.now());
      answer = (await link.ask(name, data, leftMs)) as Answer<RequestResult<Name>>;
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
    if (this.#connectedLink) handler();
    return () => this.#onConnected.delete(handler);
  }

  get #connectedLink(): SocketLink | null {
    return this.#store.getSnapshot().phase === "connected" ? this.#link : null;
  }

  /** `roundTripMs`: the line is there, so the try is given its time. */
  #openLink({ open = this.#open, roundTripMs }: { open?: OpenSocketLink; roundTripMs?: number } = {}): void {
    clearTimeout(this.#timer);
    const triedAt = performance.now();
    const link = open(
      this.#origin(),
      { contractVersion },
      {
        onOpen: () => {
          clearTimeout(this.#timer);
          this.#probe.stop();
          this.#openingSinceMs = null;
          this.#failures = 0;
          performance.mark("torilla:socket");
          this.#store.set({ phase: "connected", connections: this.#store.getSnapshot().connections + 1 });
          for (const handler of [...this.#onConnected]) handler();
        },
        onNotice: (name, data) => {
          for (const handler of [...(this.#handlers.get(name) ?? [])]) handler(data as never);
        },
        onEnd: ({ hasOpened, refusal }) =>
          this.#handleEnd({ refusal, tookMs: hasOpened ? 0 : performance.now() - triedAt }),
      },
      LONG_OPEN_MS,
    );
    this.#link = link;
    this.#openingSinceMs = triedAt;
    if (roundTripMs === undefined) this.#probe.start();
    this.#endTryAfter(Math.max(OPEN_MS, 2 * OPEN_ROUND_TRIPS * (roundTripMs ?? 0)));
  }

  /** A try that has heard the server has the link's own limit. */
  #endTryAfter(ms: number): void {
    const link = this.#link!;
    const { heardAtMs } = link;
    this.#timer = setTimeout(() => {
      if (link.heardAtMs > heardAtMs) return;
      link.close();
      this.#handleEnd({ refusal: null, tookMs: ms });
    }, ms);
  }

  /** `tookMs`: how long a try went on that came to nothing. */
  #handleEnd({ refusal, tookMs }: { refusal: ErrorBody | null; tookMs: number }): void {
    clearTimeout(this.#timer);
    this.#link = null;
    this.#openingSinceMs = null;
    if (refusal?.code === "contract_mismatch") {
      this.#probe.stop();
      this.#store.patch({ phase: "mismatch" });
      return;
    }
    if (this.#store.getSnapshot().connections > 0) this.#store.patch({ phase: "reconnecting" });
    const jitter = 0.5 + Math.random();
    const everyMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#failures++) * jitter;
    const delayMs = Math.max(RECONNECT_PAUSE_MS * jitter, everyMs - tookMs);
    this.#timer = setTimeout(() => this.#openLink(), delayMs);
  }

  /** The line is there. A try that began before it was, or that something swallows, makes way for another. */
  async #handleLine(roundTripMs: number): Promise<void> {
    const open = await this.#chooseLink();
    const { phase } = this.#store.getSnapshot();
    if (phase === "connected" || phase === "mismatch") return;
    const openingMs = this.#openingSinceMs === null ? null : performance.now() - this.#openingSinceMs;
    if (openingMs !== null && openingMs < OPEN_ROUND_TRIPS * roundTripMs + STUCK_MS) return;
    if (openingMs !== null) this.#failures++;
    this.#link?.close();
    this.#openLink({ open, roundTripMs });
  }

  /** A server that answers over HTTP but not over WebSocket stands behind something that lets none through, or no more. */
  async #chooseLink(): Promise<OpenSocketLink> {
    const isNeverOpened = this.#store.getSnapshot().connections === 0;
    if (this.#failures < (isNeverOpened ? TRIES_BEFORE_POLLING : FAILURES_BEFORE_POLLING)) return this.#open;
    const polling = await import("./polling-link.ts").then(
      ({ openPollingLink }) => openPollingLink,
      () => this.#open,
    );
    if (isNeverOpened) this.#open = polling;
    return polling;
  }

  #untilConnected(deadlineMs: number): Promise<SocketLink> {
    this.connect();
    return new Promise((resolve, reject) => {
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
        const link = this.#connectedLink;
        if (link) done(() => resolve(link));
        else if (phase === "mismatch")
          done(() => reject(new ApiError({ code: "contract_mismatch", message: "reload the page" })));
      });
    });
  }
}

export const realtime = new RealtimeSocket();
