import { CHAT_PAGE_SIZE, type ChatEntry } from "../../contract/chat.ts";

/** Under load one frame per chat in this time (2.7 instead of 13 µs a delivery at 60 messages a second). */
export const FAN_OUT_MS = 50;

/**
 * Gathers what is told to a chat's sockets: at once when the chat was quiet, else at the end of the running 50 ms.
 * Never in the turn in which the commit came back, so that the sender's answer goes first.
 */
export class ChatFanOut {
  readonly #send: (entries: ChatEntry[]) => void;
  #pending: ChatEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sentAtMs = Number.NEGATIVE_INFINITY;

  constructor(send: (entries: ChatEntry[]) => void) {
    this.#send = send;
  }

  get isIdle(): boolean {
    return this.#timer === undefined;
  }

  post(entries: readonly ChatEntry[]): void {
    this.#pending.push(...entries);
    if (this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#sentAtMs + FAN_OUT_MS - performance.now());
    this.#timer = setTimeout(() => this.#flush(), waitMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = [];
  }

  #flush(): void {
    this.#timer = undefined;
    this.#sentAtMs = performance.now();
    const entries = this.#pending;
    this.#pending = [];
    for (let from = 0; from < entries.length; from += CHAT_PAGE_SIZE)
      this.#send(entries.slice(from, from + CHAT_PAGE_SIZE));
  }
}
