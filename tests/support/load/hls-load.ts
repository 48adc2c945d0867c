/*
 * Viewers of low-latency HLS without a decoder, in a process of their own (tests/load/hls, Go). Each follows one or
 * more renditions by blocking reloads over keep-alive connections, fetches every part, and comes back by itself after
 * whatever failure. Owned by the test, ended by close().
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { buildLoad } from "../../load/set-up.ts";

/** Milliseconds. */
export interface Spread {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** All since the last reset, of all viewers. A follower is one rendition of one viewer. */
export interface HlsReport {
  viewers: number;
  followers: number;
  seconds: number;
  /** Of the load generator itself. */
  cpuSeconds: number;
  requests: number;
  bytes: number;
  /** Parts and whole segments that arrived. */
  parts: number;
  /** Answers by HTTP status. */
  statuses: Record<string, number>;
  /** Answers with 500 or more. */
  serverErrors: number;
  /** Requests without an answer: `refused`, `cut`, `timeout`. */
  failures: Record<string, number>;
  /** Seen at the live edge, by all followers together. */
  discontinuities: number;
  /** Programme time missing at the longest of them. */
  longestHoleMs: number;
  gapSegments: number;
  /** Fetched whole, since the follower was away for longer than parts are listed. */
  wholeSegments: number;
  /** Playlists whose newest segment had a lower number than one that was listed before. */
  stepsBack: number;
  /** Segments whose date lies before the end of the one before. */
  datesBack: number;
  /** Followers that saw the end. */
  ended: number;
  /** Followers that got no part for 3 s, and those that never got one. */
  silent: number;
  notStarted: number;
  /** The longest time between two arrivals, for each follower; one that is open counts. */
  longestGapMs: Spread;
  /** From the first request to the first part. */
  startMs: Spread;
  fetchMs: Spread;
  /** From the instant in a made-up part (`[told:MS]` at its head) to the playlist that lists it. */
  releaseMs: Spread;
}

export interface FetchReport {
  requests: number;
  /** Asked over 20 ms after their time, of those with a rate. */
  late: number;
  bytes: number;
  failures: number;
  seconds: number;
  cpuSeconds: number;
}

export class HlsLoad {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #waiting: { resolve(answer: never): void; reject(error: Error): void }[] = [];
  #isClosed = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid!;
    const lines = createInterface({ input: child.stdout! });
    lines.on("line", (line) => {
      const answer = JSON.parse(line) as { error?: string };
      const waiting = this.#waiting.shift();
      if (answer.error === undefined) waiting?.resolve(answer as never);
      else waiting?.reject(new Error(`hls load: ${answer.error}`));
    });
    child.on("exit", (code, signal) => {
      const error = new Error(`hls load ended (${code ?? signal})`);
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
  }

  /** `core`: all its threads run there, one at a time. */
  static async start({ core }: { core?: number } = {}): Promise<HlsLoad> {
    const binary = await buildLoad("hls");
    const command = core === undefined ? [binary] : ["taskset", "-c", String(core), binary];
    const child = spawn(command[0]!, command.slice(1), {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, GOMAXPROCS: core === undefined ? "2" : "1", GOGC: "400" },
    });
    return new HlsLoad(child);
  }

  /**
   * Adds viewers. `url`: the broadcast's folder (`…/media/live/<broadcastId>`); viewer n follows all renditions of list
   * n modulo their number; first requests are spread over `rampMs`.
   */
  async follow(options: {
    url: string;
    viewers: number;
    renditions?: string[][];
    rampMs?: number;
  }): Promise<void> {
    const renditions = options.renditions ?? [
      ["v720", "aud"],
      ["v360", "aud"],
    ];
    await this.#ask({ type: "follow", ...options, renditions });
  }

  /** Asks for `paths` in turn over some connections: each as fast as it is answered, or all together `perSecond`. */
  fetch(options: {
    url: string;
    paths: string[];
    connections: number;
    seconds: number;
    perSecond?: number;
  }): Promise<FetchReport> {
    return this.#ask({ type: "fetch", ...options });
  }

  report(): Promise<HlsReport> {
    return this.#ask({ type: "report" });
  }

  /** Counts anew. */
  async reset(): Promise<void> {
    await this.#ask({ type: "reset" });
  }

  /** All viewers leave; what was counted stays until the next reset. */
  async stop(): Promise<void> {
    await this.#ask({ type: "stop" });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await gone;
  }

  #ask<Answer>(command: object): Promise<Answer> {
    if (this.#child.exitCode !== null) return Promise.reject(new Error("hls load has ended"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#child.stdin!.write(`${JSON.stringify(command)}\n`);
    });
  }
}
