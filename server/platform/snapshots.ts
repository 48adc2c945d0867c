import { toAppError } from "./errors.ts";

interface Kept<Value> {
  value: Value;
  readAtMs: number;
  isCurrent: boolean;
}

/**
 * Values that many ask for and few change, read once and kept until told otherwise. One read at a time for each key;
 * while PostgreSQL is away the last value is given again.
 */
export class Snapshots<Value> {
  readonly #read: (key: string) => Promise<Value>;
  readonly #keptMs: number;
  readonly #maxKeys: number;
  readonly #kept = new Map<string, Kept<Value>>();
  readonly #reading = new Map<string, Promise<Value>>();

  /** `keptMs`: after this a value is read again even untold, since another server process may have changed it. */
  constructor(read: (key: string) => Promise<Value>, options: { keptMs: number; maxKeys: number }) {
    this.#read = read;
    this.#keptMs = options.keptMs;
    this.#maxKeys = options.maxKeys;
  }

  async get(key: string): Promise<Value> {
    const known = this.#kept.get(key);
    if (known?.isCurrent && performance.now() - known.readAtMs < this.#keptMs) return known.value;
    try {
      return await this.#readOnce(key);
    } catch (thrown) {
      const { code } = toAppError(thrown);
      if (known !== undefined && (code === "database_unavailable" || code === "timeout")) return known.value;
      if (code === "not_found") this.#kept.delete(key);
      throw thrown;
    }
  }

  /** What was kept is no longer true. A read under way is not trusted either. */
  expire(isConcerned: (value: Value) => boolean): void {
    this.#reading.clear();
    for (const entry of this.#kept.values()) if (isConcerned(entry.value)) entry.isCurrent = false;
  }

  #readOnce(key: string): Promise<Value> {
    const underWay = this.#reading.get(key);
    if (underWay !== undefined) return underWay;
    const reading = this.#read(key).then((value) => {
      if (this.#reading.get(key) === reading) this.#keep(key, value);
      return value;
    });
    this.#reading.set(key, reading);
    const forget = () => {
      if (this.#reading.get(key) === reading) this.#reading.delete(key);
    };
    reading.then(forget, forget);
    return reading;
  }

  #keep(key: string, value: Value): void {
    if (this.#kept.size >= this.#maxKeys && !this.#kept.has(key)) this.#kept.clear();
    this.#kept.set(key, { value, readAtMs: performance.now(), isCurrent: true });
  }
}
