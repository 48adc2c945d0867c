/** Lets `burst` through at once and `perSecond` in the long run. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #atMs: number;

  constructor(options: { burst: number; perSecond: number }) {
    this.#burst = options.burst;
    this.#perSecond = options.perSecond;
    this.#tokens = options.burst;
    this.#atMs = performance.now();
  }

  /** Milliseconds until the next is let through; 0: this one was. `count` of tokens at once, at most the burst. */
  take(count = 1): number {
    const nowMs = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    if (this.#tokens < count) return Math.max(1, ((count - this.#tokens) / this.#perSecond) * 1000);
    this.#tokens -= count;
    return 0;
  }

  /** Undoes one `take` whose request failed for no fault of the asker's. */
  giveBack(): void {
    this.#tokens = Math.min(this.#burst, this.#tokens + 1);
  }
}

/** A bucket for each key. Keys that were longest unused are forgotten first, past `maxKeys`. */
export class TokenBuckets {
  readonly #buckets = new Map<string, TokenBucket>();
  readonly #options: { burst: number; perSecond: number; maxKeys: number };

  constructor(options: { burst: number; perSecond: number; maxKeys: number }) {
    this.#options = options;
  }

  of(key: string): TokenBucket {
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#options);
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > this.#options.maxKeys) {
      const oldest = this.#buckets.keys().next();
      if (!oldest.done) this.#buckets.delete(oldest.value);
    }
    return bucket;
  }
}
