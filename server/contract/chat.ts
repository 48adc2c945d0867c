import { z } from "zod";
import { BoothId, DisplayName, MessageId, Seq, StageId } from "./ids.ts";

/** A chat belongs to a stage or to a booth's table; one mechanism for both. */
export const ChatRef = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("stage"), stageId: StageId }),
  z.strictObject({ kind: z.literal("booth"), boothId: BoothId }),
]);
export type ChatRef = z.infer<typeof ChatRef>;

export const ChatId = z.string().regex(/^(stage|booth):[0-9a-f-]{36}$/);
export function chatIdOf(chat: ChatRef): string {
  return chat.kind === "stage" ? `stage:${chat.stageId}` : `booth:${chat.boothId}`;
}

export const ChatAuthor = z.strictObject({
  /** `null`: anonymous. */
  nickname: DisplayName.nullable(),
  role: z.enum(["attendee", "host", "speaker", "staff", "organiser"]),
  /** The same within one chat for one browser, unrelated between chats; for telling anonymous people apart. */
  tag: z.string().max(16),
});

/** The log of a chat: gapless `seq`; a deletion is an entry of its own. */
export const ChatEntry = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("message"),
    seq: Seq,
    messageId: MessageId,
    author: ChatAuthor,
    text: z.string().max(1000),
    sentAt: z.iso.datetime(),
  }),
  z.strictObject({ kind: z.literal("deleted"), seq: Seq, messageId: MessageId }),
]);
export type ChatEntry = z.infer<typeof ChatEntry>;

export const CHAT_PAGE_SIZE = 100;

export const chatRequests = {
  /** Enters the chat, or catches up: entries after `afterSeq`, or the newest page when `null`. */
  "chat:join": {
    data: z.strictObject({ chat: ChatRef, afterSeq: Seq.nullable() }),
    result: z.strictObject({
      chatId: ChatId,
      entries: z.array(ChatEntry).max(CHAT_PAGE_SIZE),
      lastSeq: Seq,
      /** True when entries older than the first given one exist (newest page), or newer than the last (catch-up). */
      hasMore: z.boolean(),
      canModerate: z.boolean(),
      /** This browser's own tag here, to mark own messages. */
      ownTag: z.string().max(16),
    }),
  },
  "chat:leave": { data: z.strictObject({ chatId: ChatId }), result: z.strictObject({}) },
  "chat:readBefore": {
    data: z.strictObject({ chatId: ChatId, beforeSeq: Seq }),
    result: z.strictObject({ entries: z.array(ChatEntry).max(CHAT_PAGE_SIZE), hasMore: z.boolean() }),
  },
  "chat:send": {
    data: z.strictObject({
      chatId: ChatId,
      /** Made by the client; a repeat answers with the first one's entry. */
      messageId: MessageId,
      nickname: DisplayName.nullable(),
      text: z.string().trim().min(1).max(1000),
    }),
    result: z.strictObject({ entry: ChatEntry }),
  },
  "chat:delete": {
    data: z.strictObject({ chatId: ChatId, messageId: MessageId }),
    result: z.strictObject({ entry: ChatEntry }),
  },
} as const;

export const chatNotices = {
  /** In order, without gaps; a client that sees a gap asks with `chat:join` and its `afterSeq`. */
  "chat:entriesPosted": z.strictObject({
    chatId: ChatId,
    entries: z.array(ChatEntry).min(1).max(CHAT_PAGE_SIZE),
  }),
} as const;
