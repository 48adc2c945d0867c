const INTERVAL_MS = 1_000;

/**
 * How many browsers watch each stage; several tabs of one browser are one. `onCount` is called at once after a quiet
 * second, else at most once a second, and only with another number than before. Owned by the feature; `close()`.
 */
export class ViewerCount {
  readonly #onCount: (stageId: string, count: number) => void;
  readonly #stages = new Map<string, Map<string, number>>();
  readonly #told = new Map<string, number>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(onCount: (stageId: string, count: number) => void) {
    this.#onCount = onCount;
  }

  of(stageId: string): number {
    return this.#stages.get(stageId)?.size ?? 0;
  }

  /** Returns what takes it back; idempotent. */
  add(stageId: string, guestKey: string): () => void {
    const guests = this.#stages.get(stageId) ?? new Map<string, number>();
    this.#stages.set(stageId, guests);
    guests.set(guestKey, (guests.get(guestKey) ?? 0) + 1);
    this.#changed(stageId);
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      const left = (guests.get(guestKey) ?? 1) - 1;
      if (left > 0) guests.set(guestKey, left);
      else guests.delete(guestKey);
      this.#changed(stageId);
    };
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #changed(stageId: string): void {
    if (!this.#timers.has(stageId)) this.#tell(stageId);
  }

  #tell(stageId: string): void {
    const count = this.of(stageId);
    if (count === (this.#told.get(stageId) ?? 0)) return;
    this.#told.set(stageId, count);
    this.#onCount(stageId, count);
    const timer = setTimeout(() => {
      this.#timers.delete(stageId);
      this.#tell(stageId);
    }, INTERVAL_MS);
    this.#timers.set(stageId, timer);
  }
}
