import type { ChatEntry as ChatEntryRow } from "../../../gen/prisma/client.ts";
import type { ChatEntry } from "../../contract/chat.ts";
import { AppError } from "../../platform/errors.ts";
import type { AuthorRole } from "./chat.policy.ts";
import { presentEntry } from "./chat.present.ts";

export type ChatOperation =
  | {
      kind: "post";
      messageId: string;
      text: string;
      nickname: string | null;
      role: AuthorRole;
      authorTag: string;
    }
  | { kind: "delete"; messageId: string };
export type Outcome = { entry: ChatEntry } | { error: AppError };

interface Input {
  chatId: string;
  operations: readonly ChatOperation[];
  /** Rows of the operations' message ids, messages and deletions. */
  existing: readonly ChatEntryRow[];
  lastSeq: number;
  now: Date;
}
interface Applied {
  outcomes: Outcome[];
  /** Rows to insert, with `seq` from `lastSeq + 1` on. */
  added: ChatEntryRow[];
  /** Ids of messages whose text goes. */
  emptied: string[];
}

/** What a batch does to a chat. Repeats answer the first one's entry. Pure. */
export function applyOperations({ chatId, operations, existing, lastSeq, now }: Input): Applied {
  const messages = new Map(
    existing.filter((row) => !row.isDeletion).map((row) => [row.messageId, { ...row }]),
  );
  const deletions = new Map(existing.filter((row) => row.isDeletion).map((row) => [row.messageId, row]));
  const added: ChatEntryRow[] = [];
  const emptied: string[] = [];

  function add(fields: Pick<ChatEntryRow, "messageId" | "isDeletion"> & Partial<ChatEntryRow>): ChatEntryRow {
    const row = {
      chatId,
      seq: lastSeq + added.length + 1,
      text: null,
      nickname: null,
      role: "attendee",
      authorTag: "",
      sentAt: now,
      ...fields,
    };
    added.push(row);
    return row;
  }

  function post(operation: ChatOperation & { kind: "post" }): Outcome {
    const first = messages.get(operation.messageId);
    if (first === undefined) {
      const { kind: _, ...fields } = operation;
      const row = add({ ...fields, isDeletion: false });
      messages.set(row.messageId, row);
      return { entry: presentEntry(row) };
    }
    if (first.authorTag !== operation.authorTag)
      return { error: AppError.conflict("The id of another's message.") };
    return { entry: presentEntry(first) };
  }

  function remove(messageId: string): Outcome {
    const first = deletions.get(messageId);
    if (first !== undefined) return { entry: presentEntry(first) };
    const message = messages.get(messageId);
    if (message === undefined) return { error: AppError.notFound("message") };
    message.text = null;
    message.nickname = null;
    emptied.push(messageId);
    const row = add({ messageId, isDeletion: true });
    deletions.set(messageId, row);
    return { entry: presentEntry(row) };
  }

  const outcomes = operations.map((operation) =>
    operation.kind === "post" ? post(operation) : remove(operation.messageId),
  );
  return { outcomes, added, emptied };
}
