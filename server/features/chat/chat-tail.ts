import { CHAT_PAGE_SIZE, type ChatEntry } from "../../contract/chat.ts";

const KEPT_ENTRIES = 2 * CHAT_PAGE_SIZE;

/** The newest entries of a chat in memory, gapless and as they are to be shown now. */
export class ChatTail {
  #entries: ChatEntry[];

  constructor(entries: ChatEntry[]) {
    this.#entries = [...entries];
  }

  get lastSeq(): number {
    return this.#entries.at(-1)?.seq ?? 0;
  }
  /** 0 while the chat is empty. */
  get #firstSeq(): number {
    return this.#entries[0]?.seq ?? 0;
  }

  /** Takes entries that follow the last (those it has already are passed over); a deletion also takes the text of
   * the message it names. @throws on a gap */
  append(entries: readonly ChatEntry[]): void {
    for (const entry of entries) {
      if (entry.seq <= this.lastSeq) continue;
      if (entry.seq !== this.lastSeq + 1)
        throw new Error(`chat entry ${entry.seq} does not follow ${this.lastSeq}`);
      if (entry.kind === "deleted") this.#forgetText(entry.messageId);
      this.#entries.push(entry);
    }
    if (this.#entries.length > KEPT_ENTRIES) this.#entries = this.#entries.slice(-CHAT_PAGE_SIZE);
  }

  newest(): { entries: ChatEntry[]; hasMore: boolean } {
    const entries = this.#entries.slice(-CHAT_PAGE_SIZE);
    return { entries, hasMore: (entries[0]?.seq ?? 1) > 1 };
  }

  /** The page after `afterSeq`, or `null` when that lies before the tail. */
  after(afterSeq: number): { entries: ChatEntry[]; hasMore: boolean } | null {
    if (afterSeq < this.#firstSeq - 1) return null;
    const entries = this.#entries.filter((entry) => entry.seq > afterSeq).slice(0, CHAT_PAGE_SIZE);
    return { entries, hasMore: (entries.at(-1)?.seq ?? this.lastSeq) < this.lastSeq };
  }

  #forgetText(messageId: string): void {
    const index = this.#entries.findIndex(
      (entry) => entry.kind === "message" && entry.messageId === messageId,
    );
    const found = this.#entries[index];
    if (found !== undefined) this.#entries[index] = { kind: "deleted", seq: found.seq, messageId };
  }
}
