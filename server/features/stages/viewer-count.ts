/** How the number goes out to one kind of listener. */
export interface CountTelling {
  /** At most once in this time. */
  intervalMs: number;
  /** After a quiet interval the first change is told at once; else at the interval's end like all others. */
  isAtOnce: boolean;
  tell(stageId: string, count: number): void;
}

/** Those who make the programme see it at once. */
export const DESK_INTERVAL_MS = 1_000;
/** To the whole audience it goes by the clock: that somebody comes must not be a message to all others. */
export const AUDIENCE_INTERVAL_MS = 20_000;

/**
 * How many browsers watch each stage; several tabs of one browser are one. Told when it changed, also when it came back
 * to what was told: an answer may have shown the number between. Owned by the feature; `close()`.
 */
export class ViewerCount {
  readonly #stages = new Map<string, Map<string, number>>();
  readonly #announcers: Announcer[];

  constructor(tellings: readonly CountTelling[]) {
    this.#announcers = tellings.map((telling) => new Announcer(telling, (stageId) => this.of(stageId)));
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
    for (const announcer of this.#announcers) announcer.close();
  }

  #changed(stageId: string): void {
    for (const announcer of this.#announcers) announcer.changed(stageId);
  }
}

class Announcer {
  readonly #telling: CountTelling;
  readonly #read: (stageId: string) => number;
  /** Stages that changed since they were told. */
  readonly #changedSince = new Set<string>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(telling: CountTelling, read: (stageId: string) => number) {
    this.#telling = telling;
    this.#read = read;
  }

  changed(stageId: string): void {
    this.#changedSince.add(stageId);
    if (this.#timers.has(stageId)) return;
    if (this.#telling.isAtOnce) this.#tell(stageId);
    else this.#wait(stageId);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #tell(stageId: string): void {
    if (!this.#changedSince.delete(stageId)) return;
    this.#telling.tell(stageId, this.#read(stageId));
    this.#wait(stageId);
  }

  #wait(stageId: string): void {
    const timer = setTimeout(() => {
      this.#timers.delete(stageId);
      this.#tell(stageId);
    }, this.#telling.intervalMs);
    this.#timers.set(stageId, timer);
  }
}
