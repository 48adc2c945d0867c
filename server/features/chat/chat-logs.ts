import type { ServerContext } from "../../platform/context.ts";
import { ChatFanOut } from "./chat-fan-out.ts";
import { ChatLog } from "./chat-log.ts";

const KEPT_CHATS = 2_000;

/** The chats that this process has open; idle ones are let go, longest unused first. */
export class ChatLogs {
  readonly #ctx: ServerContext;
  readonly #open = new Map<string, { log: ChatLog; fanOut: ChatFanOut }>();

  constructor(ctx: ServerContext) {
    this.#ctx = ctx;
  }

  /** The chat must exist: ask `requireChatPlace` first. */
  get(chatId: string): ChatLog {
    const known = this.#open.get(chatId);
    const entry = known ?? this.#create(chatId);
    this.#open.delete(chatId);
    this.#open.set(chatId, entry);
    if (this.#open.size > KEPT_CHATS) this.#letGo();
    return entry.log;
  }

  close(): void {
    for (const { log, fanOut } of this.#open.values()) {
      log.close();
      fanOut.close();
    }
    this.#open.clear();
  }

  #create(chatId: string) {
    const { db, now, notify, metrics, config } = this.#ctx;
    const fanOut = new ChatFanOut((lane, entries) =>
      notify.toChat({ chatId, lane }, "chat:entriesPosted", { chatId, entries }),
    );
    const log = new ChatLog({
      db,
      chatId,
      now,
      isShared: config.redisUrl !== null,
      onEntries(entries) {
        metrics.chatMessages.inc(entries.length);
        fanOut.post(entries);
      },
    });
    return { log, fanOut };
  }

  #letGo(): void {
    for (const [chatId, { log, fanOut }] of this.#open) {
      if (!log.isIdle || !fanOut.isIdle) continue;
      log.close();
      this.#open.delete(chatId);
      return;
    }
  }
}
