import type { ErrorBody } from "./contract.ts";

/** One connection to the server's sockets, from its opening to its end; whoever wants another makes a new one. */
export interface SocketLink {
  /** When the server was last heard of, by `performance.now()`. */
  readonly heardAtMs: number;
  /** Resolves with the acknowledgement. Rejects at the deadline, or when the link ends first. */
  ask(name: string, data: unknown, deadlineMs: number): Promise<unknown>;
  /** Says nothing more afterwards. */
  close(): void;
}

export interface SocketLinkEvents {
  onOpen: () => void;
  onNotice: (name: string, data: unknown) => void;
  /** Once, unless it was closed here. `hasOpened`: false when there was no link at all. */
  onEnd: (end: { hasOpened: boolean; refusal: ErrorBody | null }) => void;
}

export type OpenSocketLink = (
  origin: string,
  auth: Record<string, unknown>,
  events: SocketLinkEvents,
  /** Until the first sign of the server. */
  openMs: number,
) => SocketLink;

/** Besides what the server says of its pings, for a slow line. */
const PING_SLACK_MS = 2_000;

/**
 * socket.io's protocol (revision 5, over engine.io 4) by WebSocket and nothing else, which is all that most pages
 * need of it: a fifth of the library's size, and no module to wait for before the socket can open.
 */
export const openWebSocketLink: OpenSocketLink = (...options) => new WebSocketLink(...options);

class WebSocketLink implements SocketLink {
  heardAtMs = performance.now();
  readonly #socket: WebSocket;
  readonly #auth: Record<string, unknown>;
  readonly #events: SocketLinkEvents;
  readonly #waiting = new Map<number, (answer: unknown, isLost?: boolean) => void>();
  #lastId = 0;
  #hasOpened = false;
  #isEnded = false;
  #quietMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(...[origin, auth, events, openMs]: Parameters<OpenSocketLink>) {
    this.#quietMs = openMs;
    this.#auth = auth;
    this.#events = events;
    this.#socket = new WebSocket(`${origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`);
    this.#socket.onmessage = ({ data }) => this.#take(String(data));
    this.#socket.onclose = () => this.#end(null);
    this.#expectSign();
  }

  ask(name: string, data: unknown, deadlineMs: number): Promise<unknown> {
    if (this.#isEnded) return Promise.reject(new Error("the link has ended"));
    const id = this.#lastId++;
    return new Promise((resolve, reject) => {
      const settle = (answer: unknown, isLost = false) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        if (isLost) reject(new Error(`${name} was not answered`));
        else resolve(answer);
      };
      const timer = setTimeout(() => settle(null, true), deadlineMs);
      this.#waiting.set(id, settle);
      this.#socket.send(`42${id}${JSON.stringify([name, data])}`);
    });
  }

  close(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send("41");
    this.#socket.close();
    this.#lose();
  }

  #take(frame: string): void {
    if (this.#isEnded) return;
    this.heardAtMs = performance.now();
    this.#expectSign();
    const body = () => JSON.parse(frame.slice(frame.search(/[[{]/)));
    switch (frame.slice(0, frame[0] === "4" ? 2 : 1)) {
      case "0": {
        const { pingInterval, pingTimeout } = body() as { pingInterval: number; pingTimeout: number };
        this.#quietMs = pingInterval + pingTimeout + PING_SLACK_MS;
        this.#expectSign();
        this.#socket.send(`40${JSON.stringify(this.#auth)}`);
        break;
      }
      case "2":
        this.#socket.send("3");
        break;
      case "40":
        this.#hasOpened = true;
        this.#events.onOpen();
        break;
      case "42": {
        const [name, data] = body() as [string, unknown];
        this.#events.onNotice(name, data);
        break;
      }
      case "43":
        this.#waiting.get(Number.parseInt(frame.slice(2), 10))?.((body() as unknown[])[0]);
        break;
      case "44":
        this.#end((body() as { data?: ErrorBody }).data ?? null);
        break;
      case "1":
      case "41":
        this.#end(null);
        break;
    }
  }

  /** The server pings; silence is a dead line. */
  #expectSign(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(null), this.#quietMs);
  }

  #end(refusal: ErrorBody | null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#socket.close();
    this.#lose();
    this.#events.onEnd({ hasOpened: this.#hasOpened, refusal });
  }

  #lose(): void {
    for (const settle of [...this.#waiting.values()]) settle(null, true);
  }
}
