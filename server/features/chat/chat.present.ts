import type { ChatEntry as ChatEntryRow } from "../../../gen/prisma/client.ts";
import type { ChatEntry } from "../../contract/chat.ts";

/** A deleted message keeps its place in the log, but not its text. */
export function presentEntry(row: ChatEntryRow): ChatEntry {
  if (row.isDeletion || row.text === null) return { kind: "deleted", seq: row.seq, messageId: row.messageId };
  return {
    kind: "message",
    seq: row.seq,
    messageId: row.messageId,
    author: { nickname: row.nickname, role: authorRole(row.role), tag: row.authorTag },
    text: row.text,
    sentAt: row.sentAt.toISOString(),
  };
}

const ROLES = ["attendee", "host", "speaker", "staff", "organiser"] as const;
function authorRole(column: string): (typeof ROLES)[number] {
  return ROLES.find((role) => role === column) ?? "attendee";
}
