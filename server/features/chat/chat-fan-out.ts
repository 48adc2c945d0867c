import { CHAT_PAGE_SIZE, type ChatEntry } from "../../contract/chat.ts";
import { CHAT_LANES } from "./chat-lane.ts";

/** Under load one frame per socket in this time: at 60 messages a second three entries share what one costs. */
export const FAN_OUT_MS = 50;

/**
 * Gathers what is told to a chat's sockets, lane by lane: at once when the lane was quiet, else at the end of its
 * running interval. Never in the turn in which the commit came back, so that the sender's answer goes first.
 */
export class ChatFanOut {
  readonly #lanes: FanOutLane[];

  constructor(send: (lane: number, entries: ChatEntry[]) => void) {
    this.#lanes = Array.from({ length: CHAT_LANES }, (_, lane) => {
      const firstMs = (FAN_OUT_MS / CHAT_LANES) * (lane + 1);
      return new FanOutLane({ firstMs, send: (entries) => send(lane, entries) });
    });
  }

  get isIdle(): boolean {
    return this.#lanes.every((lane) => lane.isIdle);
  }

  post(entries: readonly ChatEntry[]): void {
    for (const lane of this.#lanes) lane.post(entries);
  }

  close(): void {
    for (const lane of this.#lanes) lane.close();
  }
}

interface LaneOptions {
  /** How long it rests after what came into the quiet: not as long as the others, so that lanes fall out of step. */
  firstMs: number;
  send(entries: ChatEntry[]): void;
}

class FanOutLane {
  readonly #options: LaneOptions;
  #pending: ChatEntry[] = [];
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#timer === undefined && this.#immediate === undefined;
  }

  post(entries: readonly ChatEntry[]): void {
    this.#pending.push(...entries);
    if (!this.isIdle) return;
    const waitMs = this.#restsUntilMs - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.#flush(FAN_OUT_MS), waitMs);
    else this.#immediate = setImmediate(() => this.#flush(this.#options.firstMs));
  }

  close(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    this.#timer = undefined;
    this.#immediate = undefined;
    this.#pending = [];
  }

  #flush(restMs: number): void {
    this.#timer = undefined;
    this.#immediate = undefined;
    this.#restsUntilMs = performance.now() + restMs;
    const entries = this.#pending;
    this.#pending = [];
    for (let from = 0; from < entries.length; from += CHAT_PAGE_SIZE)
      this.#options.send(entries.slice(from, from + CHAT_PAGE_SIZE));
  }
}
