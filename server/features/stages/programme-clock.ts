import type { Logger } from "pino";

/** Long sleeps are cut into such, so that a clock that jumps is noticed within one. */
const MAX_SLEEP_MS = 1_000;
/** A clock that went so much further or less far than time did was set by somebody. */
const JUMP_MS = 2_000;

interface Options {
  now(): Date;
  log: Logger;
  /** Brings a stage to what its schedule wants; returns when it is due again, `null` for never. */
  follow(stageId: string): Promise<Date | null>;
}

/**
 * The schedule's clock: one timer for all stages. A stage is followed when it is due or was touched, and never twice
 * at once. What is due is a question of the clock's time only, so nothing is lost or done twice by a restart or a
 * jump. `close()` waits for what runs.
 */
export class ProgrammeClock {
  readonly #options: Options;
  readonly #dueAt = new Map<string, number>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  /** All that were ever touched: a clock that was set changes what is on at each. */
  readonly #known = new Set<string>();
  #offsetMs: number;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: Options) {
    this.#options = options;
    this.#offsetMs = this.#readOffset();
  }

  /** Something about the stage changed: follow it now. Resolves when that is done. */
  async touch(stageId: string): Promise<void> {
    if (this.#isClosed) return;
    this.#known.add(stageId);
    const running = this.#running.get(stageId);
    if (running !== undefined) {
      this.#again.add(stageId);
      return running;
    }
    const run = this.#follow(stageId);
    this.#running.set(stageId, run);
    await run;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await Promise.allSettled(this.#running.values());
  }

  async #follow(stageId: string): Promise<void> {
    try {
      do {
        this.#again.delete(stageId);
        const dueAt = await this.#options.follow(stageId);
        if (dueAt) this.#dueAt.set(stageId, dueAt.getTime());
        else this.#dueAt.delete(stageId);
      } while (this.#again.has(stageId) && !this.#isClosed);
    } catch (err) {
      this.#options.log.error({ err }, `[stage:${stageId}] the schedule's clock failed`);
      this.#dueAt.set(stageId, this.#options.now().getTime() + 10 * MAX_SLEEP_MS);
    } finally {
      this.#running.delete(stageId);
      this.#arm();
    }
  }

  #arm(): void {
    clearTimeout(this.#timer);
    if (this.#isClosed || this.#known.size === 0) return;
    const sleepMs = Math.min(...this.#dueAt.values()) - this.#nowMs();
    this.#timer = setTimeout(() => this.#wake(), Math.min(MAX_SLEEP_MS, Math.max(0, sleepMs)));
  }

  #nowMs(): number {
    return this.#options.now().getTime();
  }

  #readOffset(): number {
    return this.#nowMs() - performance.now();
  }

  #wasSet(): boolean {
    const before = this.#offsetMs;
    this.#offsetMs = this.#readOffset();
    const jumpMs = this.#offsetMs - before;
    if (Math.abs(jumpMs) < JUMP_MS) return false;
    this.#options.log.warn(`[schedule] the clock was set by ${Math.round(jumpMs / 1000)} s`);
    return true;
  }

  #wake(): void {
    const nowMs = this.#nowMs();
    if (this.#wasSet()) for (const stageId of this.#known) this.#dueAt.set(stageId, nowMs);
    for (const [stageId, dueAtMs] of this.#dueAt) {
      if (dueAtMs > nowMs) continue;
      this.#dueAt.delete(stageId);
      void this.touch(stageId);
    }
    this.#arm();
  }
}
