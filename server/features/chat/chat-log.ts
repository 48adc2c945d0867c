/*
 * One chat of this process: a queue of writes that are committed in batches (while one transaction runs the next
 * batch gathers), and the tail that joins are answered from. Owned by ChatLogs; `close()` ends its timer.
 */
import type { PrismaClient } from "../../../gen/prisma/client.ts";
import { CHAT_PAGE_SIZE, type ChatEntry } from "../../contract/chat.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import type { ChatOperation, Outcome } from "./apply-operations.ts";
import { commitBatch, readAfter, readBefore, readNewest } from "./chat.store.ts";
import { ChatTail } from "./chat-tail.ts";

const MAX_BATCH = 50;
/** Writers that wait; past it they are told to come again. */
const MAX_QUEUE = 1_000;
/** A commit whose outcome is unknown is looked after this often. */
const RESYNC_MS = 1_000;
const MAX_RESYNC_MS = 30_000;

interface Waiting {
  operation: ChatOperation;
  settle: PromiseWithResolvers<ChatEntry>;
}

export interface ChatLogOptions {
  db: PrismaClient;
  chatId: string;
  now(): Date;
  /** Other server processes write to the same chats: pages are held against the database. */
  isShared: boolean;
  /** Entries that are committed and not told yet, in order and without gaps. */
  onEntries(entries: ChatEntry[]): void;
}

export interface ChatPage {
  entries: ChatEntry[];
  lastSeq: number;
  hasMore: boolean;
}

export class ChatLog {
  readonly #options: ChatLogOptions;
  readonly #queue: Waiting[] = [];
  #tail: ChatTail | null = null;
  #opening: Promise<ChatTail> | null = null;
  #catchingUp: Promise<void> | null = null;
  #isDraining = false;
  #resyncTimer: NodeJS.Timeout | undefined;
  #resyncMs = RESYNC_MS;
  #isClosed = false;

  constructor(options: ChatLogOptions) {
    this.#options = options;
  }

  get isIdle(): boolean {
    return this.#queue.length === 0 && !this.#isDraining && this.#resyncTimer === undefined;
  }

  /** Resolves after the commit. @throws conflict, not_found, database_unavailable, too_many_requests */
  submit(operation: ChatOperation): Promise<ChatEntry> {
    if (this.#queue.length >= MAX_QUEUE) return Promise.reject(AppError.tooManyRequests(RESYNC_MS));
    const settle = Promise.withResolvers<ChatEntry>();
    this.#queue.push({ operation, settle });
    void this.#drain();
    return settle.promise;
  }

  /** Entries after `afterSeq`, or the newest page when `null`. */
  async page(afterSeq: number | null): Promise<ChatPage> {
    const tail = await this.#open();
    if (this.#options.isShared) await this.#catchUp(tail);
    if (afterSeq === null) return { ...tail.newest(), lastSeq: tail.lastSeq };
    const near = tail.after(afterSeq);
    if (near !== null) return { ...near, lastSeq: tail.lastSeq };
    const entries = await readAfter(this.#options.db, { chatId: this.#options.chatId, afterSeq });
    const { lastSeq } = tail;
    return { entries, lastSeq, hasMore: (entries.at(-1)?.seq ?? lastSeq) < lastSeq };
  }

  async before(beforeSeq: number): Promise<{ entries: ChatEntry[]; hasMore: boolean }> {
    const entries = await readBefore(this.#options.db, { chatId: this.#options.chatId, beforeSeq });
    return { entries, hasMore: entries.length === CHAT_PAGE_SIZE && (entries[0]?.seq ?? 1) > 1 };
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#resyncTimer);
    this.#resyncTimer = undefined;
  }

  #open(): Promise<ChatTail> {
    if (this.#tail !== null) return Promise.resolve(this.#tail);
    this.#opening ??= this.#load();
    return this.#opening;
  }

  /** What other processes appended; one read for all that ask meanwhile. They told it to everybody's sockets. */
  async #catchUp(tail: ChatTail): Promise<void> {
    this.#catchingUp ??= (async () => {
      try {
        for (;;) {
          const entries = await readAfter(this.#options.db, {
            chatId: this.#options.chatId,
            afterSeq: tail.lastSeq,
          });
          tail.append(entries);
          if (entries.length < CHAT_PAGE_SIZE) return;
        }
      } finally {
        this.#catchingUp = null;
      }
    })();
    await this.#catchingUp.catch((thrown: unknown) => {
      if (toAppError(thrown).code !== "database_unavailable") throw thrown;
    });
  }

  async #load(): Promise<ChatTail> {
    try {
      this.#tail = new ChatTail(await readNewest(this.#options.db, this.#options.chatId));
      return this.#tail;
    } finally {
      this.#opening = null;
    }
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH);
      try {
        await this.#commit(batch);
      } catch (thrown) {
        this.#fail(batch, thrown);
      }
    }
    this.#isDraining = false;
  }

  async #commit(batch: Waiting[]): Promise<void> {
    const tail = await this.#open();
    const operations = batch.map((waiting) => waiting.operation);
    const { db, chatId, now } = this.#options;
    const { outcomes, unseen } = await commitBatch(db, {
      chatId,
      operations,
      knownSeq: tail.lastSeq,
      now: now(),
    });
    tail.append(unseen);
    for (const [index, waiting] of batch.entries()) settle(waiting, outcomes[index]);
    if (unseen.length > 0) this.#options.onEntries(unseen);
  }

  /** The commit may have happened nevertheless: whoever writes or the timer finds what we have not seen. */
  #fail(batch: Waiting[], thrown: unknown): void {
    for (const waiting of batch) waiting.settle.reject(thrown);
    if (toAppError(thrown).code !== "internal") this.#resyncLater();
  }

  #resyncLater(): void {
    if (this.#isClosed || this.#resyncTimer !== undefined || this.#tail === null) return;
    this.#resyncTimer = setTimeout(() => {
      this.#resyncTimer = undefined;
      void this.#resync();
    }, this.#resyncMs);
    this.#resyncTimer.unref();
    this.#resyncMs = Math.min(this.#resyncMs * 2, MAX_RESYNC_MS);
  }

  async #resync(): Promise<void> {
    if (this.#isDraining) return this.#resyncLater();
    this.#isDraining = true;
    try {
      await this.#commit([]);
      this.#resyncMs = RESYNC_MS;
    } catch {
      this.#resyncLater();
    }
    this.#isDraining = false;
    void this.#drain();
  }
}

function settle(waiting: Waiting, outcome: Outcome | undefined): void {
  if (outcome === undefined) waiting.settle.reject(new Error("a chat operation without outcome"));
  else if ("error" in outcome) waiting.settle.reject(outcome.error);
  else waiting.settle.resolve(outcome.entry);
}
