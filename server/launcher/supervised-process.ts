/*
 * One process of ours: started, waited for, probed, started again when it dies or hangs, ended. It leads a process
 * group of its own, so that a Ctrl-C in the terminal reaches the launcher only, and so that whatever it leaves
 * behind (mixers, mediasoup workers) goes with it. The child's part: `process.send({ type: "ready" })` when it
 * serves, and an end by itself on `disconnect`.
 */
import type { ChildProcess } from "node:child_process";
import { fork } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { HangWatch } from "../../media/hang-watch.ts";
import { monotonicMs } from "../../media/monotonic.ts";
import { Backoff, describeDelay } from "./backoff.ts";
import { describeLogLine } from "./describe-log-line.ts";

export interface ProcessOptions {
  name: string;
  script: string;
  args?: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Default 60 s. */
  readyTimeoutMs?: number;
  /** Asked every `probeIntervalMs` (1 s); without an answer for `HANG_PROBES` of them it hangs. */
  isResponding?: () => Promise<boolean>;
  probeIntervalMs?: number;
  /** Every line of stdout and stderr. */
  onLine: (line: string) => void;
  /** Sentences for the terminal: it ended, it is back. */
  say: (sentence: string) => void;
  /** Called with each process that begins and ends, to be found again by a later launcher. */
  onPid?: (pid: number | null) => void;
}

const READY_TIMEOUT_MS = 60_000;
const PROBE_INTERVAL_MS = 1_000;
/** Longer than an event loop that is merely busy; one that is asleep has no excuse. */
const HANG_PROBES = { idle: 4, busy: 20 };
const LAST_LINES = 12;

export class SupervisedProcess {
  readonly name: string;
  readonly #options: ProcessOptions;
  readonly #backoff = new Backoff();
  readonly #lastLines: string[] = [];
  readonly #stopSignal = new AbortController();
  #child: ChildProcess | null = null;
  #ended: Promise<string> = Promise.resolve("not started");
  #readyAt: number | null = null;
  #message: Record<string, unknown> = {};
  #supervision: Promise<void> = Promise.resolve();
  #wake: (() => void) | null = null;
  #restartReason: string | null = null;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get isReady(): boolean {
    return this.#readyAt !== null;
  }

  /** Resolves with the child's `ready` message; from then on it is supervised. @throws Error why it did not come */
  async start(): Promise<Record<string, unknown>> {
    const failure = await this.#launch();
    if (failure !== null) {
      this.#killGroup();
      await this.#ended;
      throw new Error([`The ${this.name} ${failure}.`, ...this.#saidLast()].join("\n"));
    }
    this.#supervision = this.#supervise();
    return this.#message;
  }

  /** Ends the present process so that a new one begins, for the watch mode. */
  restart(reason: string): void {
    this.#restartReason = reason;
    this.#wake?.();
    this.#child?.kill("SIGTERM");
  }

  /** SIGTERM, after `timeoutMs` SIGKILL for its whole group. Idempotent. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopSignal.abort();
    this.#child?.kill("SIGTERM");
    const timer = setTimeout(() => this.#killGroup(), timeoutMs);
    await this.#ended;
    clearTimeout(timer);
    await this.#supervision;
  }

  /** At once, without any order. */
  kill(): void {
    this.#stopSignal.abort();
    this.#killGroup();
  }

  /** `null` when ready, else what went wrong as the rest of a sentence. */
  async #launch(): Promise<string | null> {
    const { name, script, args, cwd, env, onLine, onPid } = this.#options;
    this.#lastLines.length = 0;
    this.#readyAt = null;
    const child = fork(script, args ?? [], {
      cwd,
      env,
      detached: true,
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    onPid?.(child.pid ?? null);
    for (const stream of [child.stdout, child.stderr])
      if (stream)
        createInterface({ input: stream }).on("line", (line) => {
          this.#lastLines.push(line.slice(0, 500));
          if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
          onLine(line);
        });
    this.#ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(`could not be started (${error.message})`));
      child.once("exit", (code, signal) => {
        this.#killGroup();
        onPid?.(null);
        resolve(`ended with ${signal ?? `code ${code}`}`);
      });
    });
    const ready = new Promise<null>((resolve) => {
      child.on("message", (message: Record<string, unknown> | null) => {
        if (message?.type !== "ready") return;
        this.#readyAt = monotonicMs();
        this.#message = message;
        resolve(null);
      });
    });
    const timeoutMs = this.#options.readyTimeoutMs ?? READY_TIMEOUT_MS;
    const late = sleep(timeoutMs, `was not ready after ${timeoutMs / 1000} s`, { ref: false });
    const outcome = await Promise.race([ready, this.#ended, late]);
    if (outcome !== null && child.exitCode === null && child.signalCode === null) {
      this.#options.say(`${name} ${outcome}`);
      this.#killGroup();
      await this.#ended;
    }
    return outcome;
  }

  async #supervise(): Promise<void> {
    const { name, say } = this.#options;
    while (!this.#isStopping) {
      const startedAt = this.#readyAt ?? monotonicMs();
      const reason = await this.#watch();
      if (this.#isStopping) return;
      const asked = this.#restartReason;
      this.#restartReason = null;
      if (asked === null) {
        const delayMs = this.#backoff.nextDelayMs(monotonicMs() - startedAt);
        const often = this.#backoff.failures >= 5 ? `, ${this.#backoff.failures} times in a row` : "";
        say(`The ${name} ${reason}${often}: started again ${describeDelay(delayMs)}`);
        await this.#pause(delayMs);
        this.#restartReason = null;
      } else say(`The ${name} is started again: ${asked}`);
      if (this.#isStopping) return;
      if ((await this.#launch()) === null) say(`The ${name} is back (process ${this.pid})`);
    }
  }

  /** Resolves when the process has ended, which a hang brings about too. */
  async #watch(): Promise<string> {
    const { isResponding, probeIntervalMs = PROBE_INTERVAL_MS } = this.#options;
    const pid = this.#child?.pid;
    if (!isResponding || this.#readyAt === null || pid === undefined) return this.#ended;
    let hang: string | null = null;
    let isAsking = false;
    let askedAtMs = performance.now();
    const watch = new HangWatch({
      pid,
      idleMs: HANG_PROBES.idle * probeIntervalMs,
      busyMs: HANG_PROBES.busy * probeIntervalMs,
      ask: () => {
        if (isAsking || performance.now() - askedAtMs < probeIntervalMs) return;
        isAsking = true;
        askedAtMs = performance.now();
        void isResponding().then((isAlive) => {
          isAsking = false;
          if (isAlive) watch.heard();
        });
      },
      onHung: (reason) => {
        if (this.#isStopping) return;
        hang = reason;
        this.#killGroup();
      },
    });
    watch.heard();
    const reason = await this.#ended.finally(() => watch.close());
    return hang === null ? reason : `did not answer any more (${hang})`;
  }

  #saidLast(): string[] {
    return this.#lastLines.map((line) => describeLogLine(line)).filter((line) => line !== null);
  }

  async #pause(delayMs: number): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const signal = this.#stopSignal.signal;
    await Promise.race([woken, sleep(delayMs, undefined, { signal }).catch(() => {})]);
    this.#wake = null;
  }

  get #isStopping(): boolean {
    return this.#stopSignal.signal.aborted;
  }

  #killGroup(): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(-pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
