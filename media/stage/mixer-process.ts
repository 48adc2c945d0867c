import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { HangWatch } from "../hang-watch.ts";
import type { Log } from "../log.ts";
import type { MixerCommand, MixerNotice } from "../mixer/mixer-messages.ts";

/*
 * One mixer's process as its parent sees it: commands in, notices out, one `gone`. Watches for hangs and, once it is
 * started, that pictures are made.
 * Owned by a MixerSession, or by the spares until taken.
 */

const MIXER_MAIN = fileURLToPath(new URL("../mixer/main.ts", import.meta.url));
/** It beats once a second, and says more while packaging. */
const HANG_DEADLINES = { idleMs: 2_200, busyMs: 3_500 };
/** Beats without a new picture: the programme stands still though the process lives. */
const MAX_STILL_BEATS = 4;
/** From `start` to `started`: a fresh process loads FFmpeg first, on a busy machine. */
const START_DEADLINE_MS = 20_000;
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
  readonly #watch: HangWatch | null;
  #startDeadline: NodeJS.Timeout | undefined;
  #framesMade = -1;
  #stillBeats = 0;
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
    const { pid } = this.#child;
    this.#watch =
      pid === undefined
        ? null
        : new HangWatch({ pid, ...HANG_DEADLINES, onHung: (reason) => this.#giveUp(reason) });
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
    if (command.type === "start")
      this.#startDeadline = setTimeout(() => this.#giveUp("it did not start"), START_DEADLINE_MS);
    this.#child.send(command, (error) => {
      if (error && !this.#isGone)
        this.#log.warn(`[mixer:${this.pid}] ${command.type} not delivered: ${error.message}`);
    });
  }

  async close(): Promise<void> {
    if (this.#isClosing) return await this.#exited;
    this.#isClosing = true;
    this.#endWatching();
    if (this.#child.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    if (this.#child.connected) this.#child.send({ type: "close" } satisfies MixerCommand, () => undefined);
    const kill = setTimeout(() => this.#child.kill("SIGKILL"), CLOSE_DEADLINE_MS);
    await this.#exited;
    clearTimeout(kill);
  }

  #handleNotice(notice: MixerNotice): void {
    if (this.#isGone || this.#isClosing) return;
    if (notice.type === "started") clearTimeout(this.#startDeadline);
    this.#watch?.heard();
    if (notice.type === "beat") this.#lookAtPictures(notice.framesMade);
    this.#onNotice(notice);
  }

  #lookAtPictures(framesMade: number): void {
    this.#stillBeats = framesMade === this.#framesMade ? this.#stillBeats + 1 : 0;
    this.#framesMade = framesMade;
    if (this.#stillBeats >= MAX_STILL_BEATS) this.#giveUp("it makes no pictures");
  }

  #giveUp(reason: string): void {
    this.#child.kill("SIGKILL");
    this.#handleGone(reason);
  }

  #endWatching(): void {
    clearTimeout(this.#startDeadline);
    this.#watch?.close();
  }

  #handleGone(reason: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#endWatching();
    if (!this.#isClosing) this.#onGone(reason);
  }
}
