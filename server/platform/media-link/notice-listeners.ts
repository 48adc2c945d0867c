import type { MediaNoticeData, MediaNoticeName } from "../../contract/media.ts";

type Listener = (data: never, bytes: Buffer | null) => void;

/** Subscriptions by notice. A listener that throws does not keep the others from hearing. */
export class NoticeListeners {
  readonly #listeners = new Map<MediaNoticeName, Set<Listener>>();
  readonly #onError: (error: unknown, name: MediaNoticeName) => void;

  constructor(onError: (error: unknown, name: MediaNoticeName) => void) {
    this.#onError = onError;
  }

  add<Name extends MediaNoticeName>(
    name: Name,
    listener: (data: MediaNoticeData<Name>, bytes: Buffer | null) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    const own: Listener = (data, bytes) => listener(data, bytes);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  emit<Name extends MediaNoticeName>(name: Name, data: MediaNoticeData<Name>, bytes: Buffer | null): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        listener(data as never, bytes);
      } catch (error) {
        this.#onError(error, name);
      }
    }
  }

  clear(): void {
    this.#listeners.clear();
  }
}
