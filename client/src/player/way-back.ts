/*
 * From HLS back to WebRTC, without risking the picture: WebRTC is tried beside what plays, and only when media has
 * come for some seconds does the player change over. What does not work is tried ever more seldom, and a change that
 * does not last does not make the next one sooner: no flapping. Owned by the player.
 */
const FIRST_WAIT_MS = 8_000;
const MAX_WAIT_MS = 300_000;

export interface WayBackOptions {
  /** Resolves with true when WebRTC works; never rejects. Ends at once when aborted. */
  probe: (signal: AbortSignal) => Promise<boolean>;
  onOpen: () => void;
  random: () => number;
}

export class WayBack {
  readonly #options: WayBackOptions;
  #waitMs = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | null = null;

  constructor(options: WayBackOptions) {
    this.#options = options;
  }

  /** HLS plays in WebRTC's stead. Harmless when it is known. */
  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#wait(this.#abort.signal);
  }

  /** Something else plays, or nothing. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }

  /** WebRTC has played long enough to be trusted again. */
  forgive(): void {
    this.#waitMs = FIRST_WAIT_MS;
  }

  #wait(signal: AbortSignal): void {
    const waitMs = this.#waitMs * (0.75 + 0.5 * this.#options.random());
    this.#waitMs = Math.min(MAX_WAIT_MS, this.#waitMs * 2);
    this.#timer = setTimeout(() => void this.#try(signal), waitMs);
  }

  async #try(signal: AbortSignal): Promise<void> {
    const works = await this.#options.probe(signal);
    if (signal.aborted) return;
    if (works) this.#options.onOpen();
    else this.#wait(signal);
  }
}
