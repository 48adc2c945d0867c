import { type ProcessState, readProcessState } from "./process-state.ts";

/*
 * Notices that a process hangs: it gives no sign of life, and what the system says of it agrees. A machine that is
 * merely busy shows as a process that works or waits for the processor, and gets more time. Owned by whoever owns the
 * process; `close()` ends it.
 */

export interface HangDeadlines {
  /** Without a sign, asleep and using no processor: nothing will come. */
  idleMs: number;
  /** Without a sign, but at work, or waiting for processor or disk. */
  busyMs: number;
}

export interface HangWatchOptions extends HangDeadlines {
  pid: number;
  /** Makes a living process give a sign, which is told by `heard()`; at each look. */
  ask?: () => void;
  /** Once; the process is to be killed. */
  onHung: (reason: string) => void;
  /** For tests. */
  readState?: (pid: number) => ProcessState | null;
}

export interface Silence extends HangDeadlines {
  silentMs: number;
  /** For how long the process has been stopped (SIGSTOP), 0: it is not. */
  stoppedMs: number;
  /** Processor time used since the last sign, ms; `null`: the system does not say. */
  workedMs: number | null;
  isAsleep: boolean;
}

const LOOK_EVERY_MS = 200;
/** A debugger that attaches stops a process for less. */
const STOPPED_BOUND_MS = 500;
/** Of the time of silence; what an idle process's timers and interrupts use is less. */
const WORKING_SHARE = 0.05;

/** Why a silent process is taken for hung; `null`: it gets more time. Pure. */
export function judgeSilence(silence: Silence): string | null {
  const { silentMs, stoppedMs, workedMs, isAsleep, idleMs, busyMs } = silence;
  if (stoppedMs >= STOPPED_BOUND_MS) return "it was stopped";
  const isIdle = workedMs !== null && isAsleep && workedMs < WORKING_SHARE * silentMs;
  if (isIdle && silentMs >= idleMs) return `it gave no sign for ${silentMs} ms`;
  return silentMs >= busyMs ? `it gave no sign for ${silentMs} ms, though it worked` : null;
}

export class HangWatch {
  readonly #options: HangWatchOptions;
  readonly #timer: NodeJS.Timeout;
  readonly #readState: (pid: number) => ProcessState | null;
  #lookedAtMs = performance.now();
  #heardAtMs: number | null = null;
  #workedAtHeardMs: number | null = null;
  #stoppedSinceMs: number | null = null;

  constructor(options: HangWatchOptions) {
    this.#options = options;
    this.#readState = options.readState ?? readProcessState;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  /** A sign of life. Silence counts from the first on; a stop of the process counts always. */
  heard(): void {
    this.#heardAtMs = performance.now();
    this.#workedAtHeardMs = null;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { pid, ask, onHung, idleMs, busyMs } = this.#options;
    const nowMs = performance.now();
    // This process stood still itself: signs may have come that it has not read yet.
    const ownDelayMs = nowMs - this.#lookedAtMs - LOOK_EVERY_MS;
    this.#lookedAtMs = nowMs;
    if (ownDelayMs > LOOK_EVERY_MS) {
      if (this.#heardAtMs !== null) this.heard();
      this.#stoppedSinceMs = null;
    }
    const state = this.#readState(pid);
    this.#stoppedSinceMs = state?.isStopped ? (this.#stoppedSinceMs ?? nowMs) : null;
    this.#workedAtHeardMs ??= state?.workedMs ?? null;
    const hasWorked = state !== null && this.#workedAtHeardMs !== null;
    const reason = judgeSilence({
      silentMs: this.#heardAtMs === null ? 0 : Math.round(nowMs - this.#heardAtMs),
      stoppedMs: this.#stoppedSinceMs === null ? 0 : nowMs - this.#stoppedSinceMs,
      workedMs: hasWorked ? state.workedMs - this.#workedAtHeardMs! : null,
      isAsleep: state?.isAsleep ?? false,
      idleMs,
      busyMs,
    });
    if (reason === null) {
      ask?.();
      return;
    }
    this.close();
    onHung(reason);
  }
}
