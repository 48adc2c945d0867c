import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Log } from "../log.ts";
import type { MixerCommand, MixerNotice } from "../mixer/mixer-messages.ts";

/*
 * One mixer's process as its parent sees it: commands in, notices out, one `gone`. Watches the beats once started.
 * Owned by a MixerSession, or by the spares until taken.
 */

const MIXER_MAIN = fileURLToPath(new URL("../mixer/main.ts", import.meta.url));
/** Three missed beats of one a second: it hangs. */
const BEAT_DEADLINE_MS = 3_300;
/** From `start` to `started`: a fresh process loads FFmpeg first, on a busy machine. */
const START_DEADLINE_MS = 20_000;
/** When this process was the one that hung, the beats it missed are read within this. */
const SECOND_CHANCE_MS = 300;
const CLOSE_DEADLINE_MS = 1_500;

/** What a session needs of a mixer; tests put another behind it. */
export interface Mixer {
  readonly isGone: boolean;
  send(command: MixerCommand): void;
  /** Set once by the session that owns it. */
  listen(listeners: { onNotice: (notice: MixerNotice) => void; onGone: (reason: string) => void }): void;
  /** Ends it, by SIGKILL when it does not end by itself. `onGone` is not called any more. */
  close(): Promise<void>;
}

export class MixerProcess implements Mixer {
  readonly #child: ChildProcess;
  readonly #log: Log;
  readonly #exited: Promise<void>;
  #onNotice: (notice: MixerNotice) => void = () => undefined;
  #onGone: (reason: string) => void = () => undefined;
  #deadline: NodeJS.Timeout | undefined;
  #isGone = false;
  #isClosing = false;

  constructor(log: Log) {
    this.#log = log;
    const {
      TORILLA_MEDIA_SECRET: _secret,
      TORILLA_SECRET: _other,
      DATABASE_URL: _database,
      ...env
    } = process.env;
    this.#child = fork(MIXER_MAIN, [], {
      serialization: "advanced",
      execArgv: [],
      env,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#child.on("message", (message) => this.#handleNotice(message as MixerNotice));
    this.#child.on("error", (error) => this.#handleGone(error.message));
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (code, signal) => {
        this.#handleGone(signal ?? `exit code ${code}`);
        resolve();
      });
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  listen(listeners: { onNotice: (notice: MixerNotice) => void; onGone: (reason: string) => void }): void {
    this.#onNotice = listeners.onNotice;
    this.#onGone = listeners.onGone;
  }

  send(command: MixerCommand): void {
    if (this.#isGone || !this.#child.connected) return;
    if (command.type === "start") this.#expectWithin(START_DEADLINE_MS, "did not start");
    this.#child.send(command, (error) => {
      if (error && !this.#isGone)
        this.#log.warn(`[mixer:${this.pid}] ${command.type} not delivered: ${error.message}`);
    });
  }

  async close(): Promise<void> {
    if (this.#isClosing) return await this.#exited;
    this.#isClosing = true;
    clearTimeout(this.#deadline);
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    if (this.#child.connected) this.#child.send({ type: "close" } satisfies MixerCommand, () => undefined);
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), CLOSE_DEADLINE_MS);
    await this.#exited;
    clearTimeout(kill);
  }

  #handleNotice(notice: MixerNotice): void {
    if (this.#isGone || this.#isClosing) return;
    if (notice.type === "beat" || notice.type === "started")
      this.#expectWithin(BEAT_DEADLINE_MS, "missed three beats");
    this.#onNotice(notice);
  }

  #expectWithin(deadlineMs: number, what: string): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(() => {
      this.#deadline = setTimeout(() => {
        this.#child.kill("SIGKILL");
        this.#handleGone(what);
      }, SECOND_CHANCE_MS);
    }, deadlineMs);
  }

  #handleGone(reason: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#deadline);
    if (!this.#isClosing) this.#onGone(reason);
  }
}
