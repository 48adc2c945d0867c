import type { Log } from "../log.ts";
import { type Mixer, MixerProcess } from "./mixer-process.ts";

/** Not at once: the mixer just taken needs the processor to start. */
const REFILL_DELAY_MS = 4_000;

/**
 * Keeps one mixer process forked and loaded but idle, so that a dead one is replaced without the wait for
 * Node and FFmpeg to load. Owned and closed by the node.
 */
export class MixerSpares {
  readonly #log: Log;
  #spare: MixerProcess | null = null;
  readonly #inUse = new Set<MixerProcess>();
  #refill: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(log: Log) {
    this.#log = log;
  }

  take(): Mixer {
    const spare = this.#spare;
    this.#spare = null;
    this.#refillLater();
    const mixer = spare && !spare.isGone ? spare : new MixerProcess(this.#log);
    this.#inUse.add(mixer);
    this.#log.info(`[mixer:${mixer.pid}] put to work`);
    return mixer;
  }

  /** Those taken that live. */
  get inUse(): MixerProcess[] {
    for (const mixer of this.#inUse) if (mixer.isGone) this.#inUse.delete(mixer);
    return [...this.#inUse];
  }

  /** Forks the spare before anybody needs it. */
  warm(): void {
    if (this.#spare || this.#isClosed) return;
    const spare = new MixerProcess(this.#log);
    this.#spare = spare;
    spare.listen({
      onNotice: () => undefined,
      onGone: (reason) => {
        if (this.#spare !== spare) return;
        this.#log.warn(`[mixer:${spare.pid}] spare lost (${reason})`);
        this.#spare = null;
        this.#refillLater();
      },
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#refill);
    await this.#spare?.close();
  }

  #refillLater(): void {
    clearTimeout(this.#refill);
    if (!this.#isClosed) this.#refill = setTimeout(() => this.warm(), REFILL_DELAY_MS);
  }
}
