/*
 * One chat of this page: joins and catches up on every connection, keeps the log without gaps, and sends what
 * is written one after the other until each is acknowledged. Read by `useSyncExternalStore`; `close()` leaves.
 */
import { ApiError, errorCodeOf, isTemporary } from "../../api/api-error.ts";
import type { ChatEntry, ChatRef, ErrorCode } from "../../api/contract.ts";
import type { RealtimeSocket } from "../../api/socket.ts";
import { Store } from "../../api/store.ts";
import { type TabStorage, tabStorage } from "../../api/tab-storage.ts";
import { appendEntries, type ChatLog, emptyLog, openLog, prependEntries } from "./chat-log.ts";
import { keepUnsent, MAX_UNSENT, readUnsent, type UnsentMessage } from "./unsent-queue.ts";

export interface ChatSnapshot {
  /** `closed`: refused for good, see `failure`. */
  phase: "joining" | "open" | "closed";
  log: ChatLog;
  unsent: readonly UnsentMessage[];
  canModerate: boolean;
  ownTag: string;
  failure: ErrorCode | null;
  /** Sending rests because of the rate limit. */
  isSlowedDown: boolean;
  isReadingOlder: boolean;
}

export type ChatSocket = Pick<RealtimeSocket, "request" | "on" | "onConnected">;

/** Notices of a busy chat come gathered, up to a tenth of a second after the acknowledgement. */
const GAP_PATIENCE_MS = 500;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 15_000;

export class ChatSession {
  readonly #socket: ChatSocket;
  readonly #chat: ChatRef;
  readonly #chatId: string;
  readonly #storage: TabStorage;
  readonly #store: Store<ChatSnapshot>;
  readonly #stops: (() => void)[] = [];
  #isClosed = false;
  #isCatchingUp = false;
  #mustCatchUpAgain = false;
  #isSending = false;
  #isReading = false;
  #failures = 0;
  /** Acknowledged, and not in the log yet. */
  readonly #awaited = new Set<string>();
  #gapTimer: ReturnType<typeof setTimeout> | undefined;
  #joinTimer: ReturnType<typeof setTimeout> | undefined;
  #sendTimer: ReturnType<typeof setTimeout> | undefined;

  readonly subscribe: Store<ChatSnapshot>["subscribe"];
  readonly getSnapshot: Store<ChatSnapshot>["getSnapshot"];

  constructor(socket: ChatSocket, chat: ChatRef, storage: TabStorage = tabStorage()) {
    this.#socket = socket;
    this.#chat = chat;
    this.#chatId = chat.kind === "stage" ? `stage:${chat.stageId}` : `booth:${chat.boothId}`;
    this.#storage = storage;
    this.#store = new Store<ChatSnapshot>({
      phase: "joining",
      log: emptyLog,
      unsent: readUnsent(storage, this.#chatId),
      canModerate: false,
      ownTag: "",
      failure: null,
      isSlowedDown: false,
      isReadingOlder: false,
    });
    this.subscribe = this.#store.subscribe;
    this.getSnapshot = this.#store.getSnapshot;
    this.#stops.push(
      socket.on("chat:entriesPosted", ({ chatId, entries }) => {
        if (chatId === this.#chatId && this.getSnapshot().phase === "open") this.#append(entries);
        // Posted while the join is on its way: the next catch-up has it.
        else if (chatId === this.#chatId) this.#mustCatchUpAgain = true;
      }),
      socket.onConnected(() => this.#catchUp()),
    );
  }

  /** Queues a message. @returns false when too many wait already. */
  send(text: string, nickname: string | null): boolean {
    const { unsent } = this.getSnapshot();
    if (unsent.length >= MAX_UNSENT) return false;
    const messageId = crypto.randomUUID();
    this.#setUnsent([...unsent, { messageId, nickname, text, state: "pending", failure: null }]);
    void this.#sendAll();
    return true;
  }

  retry(messageId: string): void {
    const { unsent } = this.getSnapshot();
    this.#setUnsent(
      unsent.map((one) => (one.messageId === messageId ? { ...one, state: "pending", failure: null } : one)),
    );
    void this.#sendAll();
  }

  discard(messageId: string): void {
    this.#setUnsent(this.getSnapshot().unsent.filter((one) => one.messageId !== messageId));
  }

  /** @throws ApiError */
  async delete(messageId: string): Promise<void> {
    const { entry } = await this.#socket.request("chat:delete", { chatId: this.#chatId, messageId });
    this.#append([entry]);
  }

  /** The reader looks at older messages: what they see stays. */
  setReading(isReading: boolean): void {
    this.#isReading = isReading;
  }

  async readOlder(): Promise<void> {
    const { log, isReadingOlder } = this.getSnapshot();
    if (isReadingOlder || !log.hasOlder || log.firstSeq === null) return;
    this.#store.patch({ isReadingOlder: true });
    try {
      const page = await this.#socket.request("chat:readBefore", {
        chatId: this.#chatId,
        beforeSeq: log.firstSeq,
      });
      this.#store.patch({ log: prependEntries(this.getSnapshot().log, page.entries, page.hasMore) });
    } catch {
      // The button stays, and can be pressed again.
    } finally {
      this.#store.patch({ isReadingOlder: false });
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of [this.#joinTimer, this.#sendTimer, this.#gapTimer]) clearTimeout(timer);
    for (const stop of this.#stops) stop();
    this.#socket.request("chat:leave", { chatId: this.#chatId }).catch(() => {});
  }

  #catchUp(): void {
    if (this.#isCatchingUp) {
      this.#mustCatchUpAgain = true;
      return;
    }
    this.#isCatchingUp = true;
    void this.#join().finally(() => {
      this.#isCatchingUp = false;
      if (this.#mustCatchUpAgain && !this.#isClosed) {
        this.#mustCatchUpAgain = false;
        this.#catchUp();
      }
    });
  }

  async #join(): Promise<void> {
    try {
      let hasMore = true;
      while (hasMore && !this.#isClosed) {
        const { phase, log } = this.getSnapshot();
        const afterSeq = phase === "open" ? log.lastSeq : null;
        const joined = await this.#socket.request("chat:join", { chat: this.#chat, afterSeq });
        // A log that is shorter than what we have seen is another log (a restored backup): begin anew.
        const isFirst = afterSeq === null || joined.lastSeq < afterSeq;
        hasMore = !isFirst && joined.hasMore;
        this.#store.patch({
          phase: "open",
          failure: null,
          canModerate: joined.canModerate,
          ownTag: joined.ownTag,
          ...(isFirst && afterSeq === null
            ? { log: openLog(joined.entries, joined.lastSeq, joined.hasMore) }
            : isFirst
              ? { phase: "joining" as const, log: emptyLog }
              : {}),
        });
        if (isFirst && afterSeq !== null) hasMore = true;
        else if (!isFirst) this.#append(joined.entries, false);
        this.#forgetSent();
      }
      this.#failures = 0;
      void this.#sendAll();
    } catch (error) {
      const failure = errorCodeOf(error);
      if (isTemporary(failure)) this.#joinLater();
      else if (this.getSnapshot().phase === "joining") this.#store.patch({ phase: "closed", failure });
    }
  }

  #append(entries: Parameters<typeof appendEntries>[1], mayAsk = true): void {
    const { log, hasGap } = appendEntries(this.getSnapshot().log, entries, {
      isReading: this.#isReading,
    });
    this.#store.patch({ log });
    this.#forgetSent();
    if (hasGap && mayAsk) this.#catchUp();
  }

  /** What came back in the log was sent, whether or not its acknowledgement arrived. */
  #forgetSent(): void {
    const { log, unsent } = this.getSnapshot();
    if (unsent.length === 0) return;
    const known = new Set(log.messages.map((message) => message.messageId));
    for (const messageId of this.#awaited) if (known.has(messageId)) this.#awaited.delete(messageId);
    const left = unsent.filter((one) => !known.has(one.messageId));
    if (left.length < unsent.length) this.#setUnsent(left);
  }

  /** One after the other, so that they arrive in the order they were written. */
  async #sendAll(): Promise<void> {
    if (this.#isSending || this.#isClosed || this.getSnapshot().phase !== "open") return;
    this.#isSending = true;
    try {
      for (let next = this.#nextUnsent(); next && !this.#isClosed; next = this.#nextUnsent()) {
        const { messageId, nickname, text } = next;
        try {
          const { entry } = await this.#socket.request("chat:send", {
            chatId: this.#chatId,
            messageId,
            nickname,
            text,
          });
          this.#failures = 0;
          this.#store.patch({ isSlowedDown: false });
          this.#acknowledged(entry);
        } catch (error) {
          if (this.#handleFailure(error, messageId) === "wait") return;
        }
      }
    } finally {
      this.#isSending = false;
    }
  }

  /** What others wrote just before may still be on its way: the message then waits for the log to have it. */
  #acknowledged(entry: ChatEntry): void {
    if (entry.seq <= this.getSnapshot().log.lastSeq + 1) {
      this.discard(entry.messageId);
      this.#append([entry]);
      return;
    }
    this.#awaited.add(entry.messageId);
    clearTimeout(this.#gapTimer);
    this.#gapTimer = setTimeout(() => this.#awaited.size > 0 && this.#catchUp(), GAP_PATIENCE_MS);
  }

  #handleFailure(error: unknown, messageId: string): "wait" | "next" {
    const code = errorCodeOf(error);
    if (code === "not_in_room") {
      this.#catchUp();
      return "wait";
    }
    if (isTemporary(code) && code !== "internal") {
      this.#store.patch({ isSlowedDown: code === "too_many_requests" });
      this.#sendLater(error instanceof ApiError ? error.retryAfterMs : undefined);
      return "wait";
    }
    this.#setUnsent(
      this.getSnapshot().unsent.map((one) =>
        one.messageId === messageId ? { ...one, state: "failed", failure: code } : one,
      ),
    );
    return "next";
  }

  #nextUnsent(): UnsentMessage | undefined {
    return this.getSnapshot().unsent.find(
      ({ state, messageId }) => state === "pending" && !this.#awaited.has(messageId),
    );
  }

  #joinLater(): void {
    clearTimeout(this.#joinTimer);
    this.#joinTimer = setTimeout(() => !this.#isClosed && this.#catchUp(), this.#nextPauseMs());
  }

  #sendLater(delayMs = this.#nextPauseMs()): void {
    clearTimeout(this.#sendTimer);
    this.#sendTimer = setTimeout(() => void this.#sendAll(), delayMs);
  }

  #nextPauseMs(): number {
    return Math.min(RETRY_MAX_MS, RETRY_MIN_MS * 2 ** this.#failures++) * (0.5 + Math.random());
  }

  #setUnsent(unsent: readonly UnsentMessage[]): void {
    this.#store.patch({ unsent });
    keepUnsent(this.#storage, this.#chatId, unsent);
  }
}
