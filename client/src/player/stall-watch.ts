const TICK_MS = 1_000;

export interface StallWatchOptions {
  /** A number that grows while the programme comes through. */
  readProgress: () => Promise<number>;
  /** Ticks without progress before it is a stall. */
  patience: number;
  /** `seconds`: how many ticks in a row there has been progress, from 1. */
  onProgress: (seconds: number) => void;
  /** `seconds`: how many ticks in a row without any, from `patience` on. */
  onStall: (seconds: number) => void;
}

/** Looks once a second whether the programme comes through. */
export class StallWatch {
  readonly #options: StallWatchOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  #last: number | null = null;
  #still = 0;
  #moving = 0;
  #isPaused = false;
  #isClosed = false;

  constructor(options: StallWatchOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), TICK_MS);
  }

  /** A viewer's own pause is no stall. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#still = 0;
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    const progress = await this.#options.readProgress().catch(() => null);
    if (this.#isClosed || this.#isPaused) return;
    const hasMoved = progress !== null && progress !== this.#last;
    this.#last = progress;
    if (hasMoved) {
      this.#still = 0;
      this.#options.onProgress(++this.#moving);
    } else {
      this.#moving = 0;
      if (++this.#still >= this.#options.patience) this.#options.onStall(this.#still);
    }
  }
}
