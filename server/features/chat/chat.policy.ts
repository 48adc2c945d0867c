import { createHmac } from "node:crypto";
import type { z } from "zod";
import type { ChatAuthor } from "../../contract/chat.ts";
import { type Actor, covers, type Target } from "../../platform/rights.ts";

export type AuthorRole = z.infer<typeof ChatAuthor>["role"];
/** Highest first: a person with several links speaks with the first of these. */
const SHOWN = ["organiser", "host", "staff", "speaker"] as const;

/** How an author is marked in this chat. Pure. */
export function authorRoleOf(actor: Actor, target: Target): AuthorRole {
  const held = actor.grants.filter((grant) => covers(grant, target)).map((grant) => grant.role);
  return SHOWN.find((role) => held.includes(role)) ?? "attendee";
}

/** The same for one browser in one chat, unrelated between chats; does not tell who it is. */
export function authorTagOf(
  secret: string,
  { guestKey, chatId }: { guestKey: string; chatId: string },
): string {
  return createHmac("sha256", secret)
    .update(`chat-tag\n${guestKey}\n${chatId}`)
    .digest("base64url")
    .slice(0, 12);
}
