/*
 * What the server was asked and answered, by key: asked once for all who show it, kept fresh by notices (`set`,
 * `invalidate`), asked again when it is old and somebody looks. The answers belong to the page and live as long.
 */
import { errorCodeOf, isTemporary } from "./api-error.ts";
import { Store } from "./store.ts";

export interface Query<Data> {
  key: readonly string[];
  read: (signal: AbortSignal) => Promise<Data>;
  /** How long an answer counts as fresh. */
  freshMs?: number;
  /** Asked again this often while it is shown and the page is in sight. */
  refreshMs?: number;
  /** Also while nobody looks at the page. */
  isRefreshedUnseen?: boolean;
  /** Shown until the first answer. */
  readInitial?: () => Data | undefined;
  /** What to show when an answer comes: what notices told while it was on its way may be newer. */
  merge?: (shown: Data, answered: Data) => Data;
}

export interface Answered<Data> {
  data: Data | undefined;
  /** Of the last try; `null` once one succeeded. */
  error: unknown;
}

const FRESH_MS = 15_000;
const MAX_RETRIES = 3;
/** Doubled with each retry. */
const RETRY_MS = 500;

class Entry<Data> {
  readonly store: Store<Answered<Data>>;
  readonly query: Query<Data>;
  #answeredAtMs = 0;
  #asking: Promise<void> | null = null;
  #abort: AbortController | null = null;

  constructor(query: Query<Data>) {
    this.query = query;
    this.store = new Store<Answered<Data>>({ data: query.readInitial?.(), error: null });
  }

  get isOld(): boolean {
    // The clock may have been set back meanwhile.
    const ageMs = Math.abs(Date.now() - this.#answeredAtMs);
    return this.#answeredAtMs === 0 || ageMs >= (this.query.freshMs ?? FRESH_MS);
  }

  /** Asks unless it is being asked already. Never rejects. */
  ask(): Promise<void> {
    this.#asking ??= this.#read().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** What is on its way is older than what is known now: it is asked anew. */
  async askAgain(): Promise<void> {
    this.#answeredAtMs = 0;
    this.#abort?.abort();
    await this.#asking;
    await this.ask();
  }

  set(data: Data): void {
    this.store.patch({ data });
  }

  async #read(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    for (let retry = 0; !abort.signal.aborted; retry++) {
      try {
        const answered = await this.query.read(abort.signal);
        if (abort.signal.aborted) return;
        this.#answeredAtMs = Date.now();
        const { data: shown } = this.store.getSnapshot();
        const data = shown === undefined ? answered : (this.query.merge?.(shown, answered) ?? answered);
        this.store.set({ data, error: null });
        return;
      } catch (error) {
        if (abort.signal.aborted) return;
        if (retry >= MAX_RETRIES || !isTemporary(errorCodeOf(error))) {
          this.store.patch({ error });
          return;
        }
        await pause(RETRY_MS * 2 ** retry * (0.5 + Math.random()), abort.signal);
      }
    }
  }
}

/** Ends sooner when it is aborted. */
function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

class Queries {
  readonly #entries = new Map<string, Entry<unknown>>();

  /** Where the answer is and will be. */
  entryOf<Data>(query: Query<Data>): Entry<Data> {
    const key = query.key.join("\n");
    const found = this.#entries.get(key) as Entry<Data> | undefined;
    if (found) return found;
    const entry = new Entry(query);
    this.#entries.set(key, entry as unknown as Entry<unknown>);
    return entry;
  }

  /** Asks for what is not known, or known too long. @returns the answer, `undefined` when there is none */
  async prepare<Data>(query: Query<Data>): Promise<Data | undefined> {
    const entry = this.entryOf(query);
    if (entry.isOld) await entry.ask();
    return entry.store.getSnapshot().data;
  }

  find<Data>(query: Query<Data>): Data | undefined {
    return this.entryOf(query).store.getSnapshot().data;
  }

  /** Changes an answer that is there; `change` makes a new one. */
  change<Data>(query: Query<Data>, change: (shown: Data) => Data): void {
    const shown = this.find(query);
    if (shown !== undefined) this.entryOf(query).set(change(shown));
  }

  /** What is shown may be wrong: asks now. Resolves when there was an answer or a failure. */
  invalidate<Data>(query: Query<Data>): Promise<void> {
    return this.entryOf(query).askAgain();
  }

  /** Everything was asked as somebody else. */
  clear(): void {
    this.#entries.clear();
  }
}

export const queries = new Queries();
