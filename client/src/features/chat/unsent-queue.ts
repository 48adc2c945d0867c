import type { ErrorCode } from "../../api/contract.ts";
import type { TabStorage } from "../../api/tab-storage.ts";

/** A message that the server has not acknowledged yet. Its id is made here, so that a repeat does no harm. */
export interface UnsentMessage {
  messageId: string;
  nickname: string | null;
  text: string;
  /** `pending` is sent as soon as it can be; `failed` waits for its writer. */
  state: "pending" | "failed";
  failure: ErrorCode | null;
}

export const MAX_UNSENT = 20;

/** The queue of one chat as the tab keeps it over reloads. What cannot be read is dropped. */
export function readUnsent(storage: TabStorage, chatKey: string): UnsentMessage[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(keyOf(chatKey)) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter(isUnsent).slice(0, MAX_UNSENT);
  } catch {
    return [];
  }
}

export function keepUnsent(storage: TabStorage, chatKey: string, messages: readonly UnsentMessage[]): void {
  try {
    if (messages.length === 0) storage.removeItem(keyOf(chatKey));
    else storage.setItem(keyOf(chatKey), JSON.stringify(messages));
  } catch {
    // The queue then lasts as long as the page.
  }
}

function keyOf(chatKey: string): string {
  return `torilla.unsent.${chatKey}`;
}

function isUnsent(value: unknown): value is UnsentMessage {
  const { messageId, nickname, text, state } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof messageId === "string" &&
    typeof text === "string" &&
    (nickname === null || typeof nickname === "string") &&
    (state === "pending" || state === "failed")
  );
}
