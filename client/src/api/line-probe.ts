/*
 * Asks the server over HTTP while a socket does not open. A browser opens one WebSocket to a server at a time (RFC 6455,
 * 4.1) and makes a page wait that failed often, so tries side by side would only hinder each other; a request has
 * connections of its own. Owned by the socket.
 */

/** A socket on a good line is open by then. */
const FIRST_AFTER_MS = 1_000;
/** From one request's beginning to the next one's, at least. */
const EVERY_MS = 1_000;
/** TCP, TLS and the request are three round trips, of 2.6 s and more. */
const ANSWER_MS = 8_000;

export interface LineProbeOptions {
  address: () => string;
  /** The line is there; how good it is will be known in a moment. */
  onSign: () => void;
  /** Once per start. How long a request took over a connection that was open: about one round trip. */
  onMeasured: (roundTripMs: number) => void;
}

export class LineProbe {
  readonly #options: LineProbeOptions;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineProbeOptions) {
    this.#options = options;
  }

  /** Goes on until the line is measured, or `stop`. Harmless while it does. */
  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#askAfter(FIRST_AFTER_MS, this.#abort.signal);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }

  #askAfter(ms: number, stopped: AbortSignal): void {
    this.#timer = setTimeout(() => void this.#tryLine(stopped), ms);
  }

  async #tryLine(stopped: AbortSignal): Promise<void> {
    const askedAt = performance.now();
    if (await this.#ask(stopped)) {
      if (stopped.aborted) return;
      this.#options.onSign();
      // The first one may have waited for the line itself.
      const againAt = performance.now();
      if (await this.#ask(stopped)) {
        if (stopped.aborted) return;
        this.stop();
        this.#options.onMeasured(performance.now() - againAt);
        return;
      }
    }
    if (!stopped.aborted) this.#askAfter(Math.max(0, askedAt + EVERY_MS - performance.now()), stopped);
  }

  async #ask(stopped: AbortSignal): Promise<boolean> {
    const asking = new AbortController();
    const giveUp = () => asking.abort();
    const timer = setTimeout(giveUp, ANSWER_MS);
    stopped.addEventListener("abort", giveUp);
    try {
      // Without cookies: such requests do not queue behind the page's own, which hang in the same outage.
      const init = { cache: "no-store", credentials: "omit", signal: asking.signal } as const;
      return (await fetch(this.#options.address(), init)).ok;
    } catch {
      return false;
    } finally {
      clearTimeout(timer);
      stopped.removeEventListener("abort", giveUp);
    }
  }
}
