/*
 * Many sockets that behave as the product's pages do (tests/load/sockets, in Go): guest cookie, handshake, chat:join,
 * catching up by numbers, one unacknowledged message each, coming back by themselves. It keeps the truth: which
 * message stands at which number at everybody, what was acknowledged, what is missing. Ended by `close()`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ChatRef } from "../../../server/contract/chat.ts";
import {
  type Answer,
  CONTRACT_VERSION,
  type RequestData,
  type RequestName,
  type RequestResult,
} from "../../../server/contract/realtime.ts";
import { buildLoad } from "../../load/set-up.ts";

export interface SocketGroupOptions {
  url: string;
  sockets: number;
  /** How fast they come; default: 40 at a time, each as soon as it can. */
  perSecond?: number;
  chat?: ChatRef;
  /** `stage:watch` at each connection, as the stage's page does. */
  watch?: RequestData<"stage:watch">;
  /** Cookie headers by turns; default: each asks /api/session for its own as a guest. `[]`: none. */
  cookies?: string[];
  origin?: string;
  /** Default true. */
  reconnect?: boolean;
  contractVersion?: number;
  /** A file to which each acknowledgement is written, one JSON line each, before it counts. */
  journal?: string;
  /** A file to which goes what each socket wrote, saw acknowledged and was delivered, one JSON line each. */
  notes?: string;
}

/** Milliseconds. */
export interface LoadTimes {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export interface SocketStats {
  /** That were not closed; connected now; entered and caught up now. */
  sockets: number;
  connected: number;
  joined: number;
  /** Connections lost since the beginning. */
  lost: number;
  /** Entries that somebody saw and others have not yet, summed over the sockets. 0 once everything has arrived. */
  missing: number;
  /** Notices that did not follow what a socket had (it then caught up), and entries that came again. */
  gaps: number;
  repeats: number;
  /** Sockets that saw another message at a number than others did: must be 0. */
  contradictions: number;
  maxSeq: number;
  /** Written and not acknowledged yet. */
  unsent: number;
  acknowledged: number;
  /** Since the last reset, like all below: entries told by notices, frames and bytes of every kind. */
  deliveries: number;
  frames: number;
  bytes: number;
  /** From the instant of writing to the notice at each socket; to the acknowledgement; from loss to caught up. */
  deliveryMs: LoadTimes;
  answerMs: LoadTimes;
  outageMs: LoadTimes;
  /** Refusals by request and code, `handshake 503 …`, `refused CODE`, `disconnected by the server`. */
  codes: Record<string, number>;
  /** Other notices by name. */
  notices: Record<string, number>;
  /** Of the whole load process since its start. */
  cpuSeconds: number;
}

export interface Acknowledged {
  messageId: string;
  seq: number;
  /** Milliseconds since 1970. */
  sentAtMs: number;
  ackedAtMs: number;
}

export interface FloodResult {
  sent: number;
  /** By code, `ok`, or `unanswered`. */
  codes: Record<string, number>;
  /** The server ended the connection, after so many milliseconds. */
  isDropped: boolean;
  droppedMs: number;
}

export interface SocketLoadOptions {
  /** Core that the load stays on; default: any. */
  core?: number;
}

export class SocketLoad {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;
  #groups = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    createInterface({ input: child.stdout! }).on("line", (line) => this.#take(line));
    child.once("exit", (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the socket load ended (${code})`));
      this.#waiting.clear();
    });
  }

  /** Builds it where needed (Go and Debian's gorilla/websocket). */
  static async start({ core }: SocketLoadOptions = {}): Promise<SocketLoad> {
    const binary = await buildLoad("sockets", ["websocket"]);
    const [command, ...args] = core === undefined ? [binary] : ["taskset", "-c", String(core), binary];
    return new SocketLoad(spawn(command!, args, { stdio: ["pipe", "pipe", "inherit"] }));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves when all have entered (or a minute has passed: see `stats().joined`). */
  async open(options: SocketGroupOptions): Promise<SocketGroup> {
    const group = String(++this.#groups);
    const { cookies, ...rest } = options;
    await this.ask("open", {
      group,
      options: {
        reconnect: true,
        contractVersion: CONTRACT_VERSION,
        ...rest,
        ...(cookies === undefined ? { isGuest: true } : { cookies }),
      },
    });
    return new SocketGroup(this, group);
  }

  /** CPU seconds that it used itself. */
  cpuSeconds(): Promise<number> {
    return this.ask("cpu", {}) as Promise<number>;
  }

  /** One command; see tests/load/sockets/main.go. @throws what it answers as an error, or when it ended */
  ask(command: string, fields: Record<string, unknown>): Promise<unknown> {
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#child.stdin!.write(`${JSON.stringify({ id, do: command, ...fields })}\n`);
    return waiting.promise;
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.stdin!.end();
    this.#child.kill();
    await gone;
  }

  #take(line: string): void {
    const { id, result, error } = JSON.parse(line) as { id: number; result: unknown; error?: string };
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  }
}

/** Sockets of one server and one chat. They are told apart by their index, from 0 on. */
export class SocketGroup {
  readonly #load: SocketLoad;
  readonly #group: string;

  constructor(load: SocketLoad, group: string) {
    this.#load = load;
    this.#group = group;
  }

  /** Opens more of the same; the indexes of the new ones. */
  add(count: number, { perSecond = 0 }: { perSecond?: number } = {}): Promise<number[]> {
    return this.#ask("add", { count, perSecond }) as Promise<number[]>;
  }

  /** Posts by turns of all sockets, or of `sockets`, until `count` are posted or `stop()`. Resolves with how many. */
  send(options: { perSecond: number; count?: number; bytes?: number; sockets?: number[] }): Promise<number> {
    return this.#ask("send", { count: 0, bytes: 80, ...options }) as Promise<number>;
  }
  /** Ends `send`. What is posted goes on until it is acknowledged. */
  async stop(): Promise<void> {
    await this.#ask("stop", {});
  }

  /** `reset` begins the figures anew; facts (numbers, ids, acknowledgements) stay. */
  stats({ reset = false }: { reset?: boolean } = {}): Promise<SocketStats> {
    return this.#ask("stats", { reset }) as Promise<SocketStats>;
  }

  /** Message ids by number, as all sockets saw them. */
  async messages(): Promise<Map<number, string>> {
    const byNumber = (await this.#ask("messages", {})) as Record<string, string>;
    return new Map(Object.entries(byNumber).map(([seq, messageId]) => [Number(seq), messageId]));
  }
  acknowledged(): Promise<Acknowledged[]> {
    return this.#ask("acknowledged", {}) as Promise<Acknowledged[]>;
  }

  /** One request by each of the sockets, at once; `null`: no answer. `"$KEY"` in data: the socket's own random key,
   * `"$ID"`: a new id. */
  request<Name extends RequestName>(
    sockets: number[],
    name: Name,
    data: RequestData<Name>,
  ): Promise<(Answer<RequestResult<Name>> | null)[]> {
    return this.#ask("request", { sockets, name, data }) as Promise<(Answer<RequestResult<Name>> | null)[]>;
  }

  /** Requests at a rate by one socket that waits for no answer. Let the group not reconnect. */
  flood(options: {
    socket: number;
    name: string;
    data: unknown;
    perSecond: number;
    seconds: number;
  }): Promise<FloodResult> {
    const { socket, ...rest } = options;
    return this.#ask("flood", { sockets: [socket], ...rest }) as Promise<FloodResult>;
  }

  /** Cuts all transports without a farewell; they come back by themselves. */
  async drop(): Promise<void> {
    await this.#ask("drop", {});
  }
  /** Closes some as a page is closed, or all. */
  async close(sockets?: number[]): Promise<void> {
    await this.#ask("close", sockets === undefined ? {} : { sockets });
  }

  #ask(command: string, fields: Record<string, unknown>): Promise<unknown> {
    return this.#load.ask(command, { group: this.#group, ...fields });
  }
}
