/*
 * A chat's messages as this page knows them, in the order of the log's gapless `seq`. Pure: every function gives
 * a new log, or the same when nothing changed.
 */
import type { ChatEntry } from "../../api/contract.ts";

export type ChatAuthorView = Extract<ChatEntry, { kind: "message" }>["author"];

export interface ChatMessage {
  seq: number;
  messageId: string;
  author: ChatAuthorView;
  text: string;
  sentAt: string;
  isDeleted: boolean;
}

export interface ChatLog {
  messages: readonly ChatMessage[];
  /** Everything up to this is known. */
  lastSeq: number;
  /** Lowest that was read; `null` while nothing was. */
  firstSeq: number | null;
  /** Entries older than the first one exist. */
  hasOlder: boolean;
  deletedIds: ReadonlySet<string>;
}

/** Older messages beyond this are let go; they can be read again. */
const MAX_KEPT = 400;
/** For who reads further up, where a message let go would take their place with it. */
const MAX_KEPT_READING = 4_000;

export const emptyLog: ChatLog = {
  messages: [],
  lastSeq: 0,
  firstSeq: null,
  hasOlder: false,
  deletedIds: new Set(),
};

/** A log from the newest page. */
export function openLog(entries: readonly ChatEntry[], lastSeq: number, hasOlder: boolean): ChatLog {
  const sorted = inOrder(entries);
  const before = (sorted[0]?.seq ?? lastSeq + 1) - 1;
  const { log } = appendEntries({ ...emptyLog, lastSeq: before }, sorted);
  return { ...log, lastSeq: Math.max(log.lastSeq, lastSeq), firstSeq: sorted[0]?.seq ?? null, hasOlder };
}

/**
 * Adds newer entries; what is already known is passed over. `hasGap`: some are missing between the log's end
 * and the first that could not be added, and must be asked for. `isReading`: the reader is not at the end.
 */
export function appendEntries(
  log: ChatLog,
  entries: readonly ChatEntry[],
  { isReading = false }: { isReading?: boolean } = {},
): { log: ChatLog; hasGap: boolean } {
  const fresh = inOrder(entries).filter((entry) => entry.seq > log.lastSeq);
  const messages = [...log.messages];
  const deletedIds = new Set(log.deletedIds);
  let lastSeq = log.lastSeq;
  for (const entry of fresh) {
    if (entry.seq === lastSeq) continue;
    if (entry.seq !== lastSeq + 1) break;
    lastSeq = entry.seq;
    if (entry.kind === "deleted") deletedIds.add(entry.messageId);
    else messages.push(toMessage(entry));
  }
  const hasGap = fresh.length > 0 && fresh.at(-1)!.seq > lastSeq;
  if (lastSeq === log.lastSeq) return { log, hasGap };
  const kept = messages.slice(isReading ? -MAX_KEPT_READING : -MAX_KEPT);
  const wasCut = kept.length < messages.length;
  return {
    hasGap,
    log: {
      messages: markDeleted(kept, deletedIds),
      lastSeq,
      firstSeq: wasCut ? kept[0]!.seq : (log.firstSeq ?? fresh[0]!.seq),
      hasOlder: log.hasOlder || wasCut,
      deletedIds,
    },
  };
}

/** Adds a page of older entries before the first one. */
export function prependEntries(log: ChatLog, entries: readonly ChatEntry[], hasOlder: boolean): ChatLog {
  const older = inOrder(entries).filter((entry) => entry.seq < (log.firstSeq ?? 0));
  const deletedIds = new Set(log.deletedIds);
  const messages: ChatMessage[] = [];
  for (const entry of older) {
    if (entry.kind === "deleted") deletedIds.add(entry.messageId);
    else messages.push(toMessage(entry));
  }
  return {
    ...log,
    messages: markDeleted([...messages, ...log.messages], deletedIds),
    firstSeq: older[0]?.seq ?? log.firstSeq,
    hasOlder,
    deletedIds,
  };
}

function inOrder(entries: readonly ChatEntry[]): ChatEntry[] {
  return [...entries].sort((one, other) => one.seq - other.seq);
}

function toMessage(entry: Extract<ChatEntry, { kind: "message" }>): ChatMessage {
  const { seq, messageId, author, text, sentAt } = entry;
  return { seq, messageId, author, text, sentAt, isDeleted: false };
}

function markDeleted(messages: ChatMessage[], deletedIds: ReadonlySet<string>): ChatMessage[] {
  return messages.map((message) =>
    !message.isDeleted && deletedIds.has(message.messageId)
      ? { ...message, isDeleted: true, text: "" }
      : message,
  );
}
