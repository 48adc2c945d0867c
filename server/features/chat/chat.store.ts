/*
 * A chat in PostgreSQL. The lock on its Chat row orders the writers of all server processes, so `seq` has no gaps.
 */
import type { Prisma, PrismaClient } from "../../../gen/prisma/client.ts";
import { CHAT_PAGE_SIZE, type ChatEntry } from "../../contract/chat.ts";
import { applyOperations, type ChatOperation, type Outcome } from "./apply-operations.ts";
import { presentEntry } from "./chat.present.ts";

type Transaction = Prisma.TransactionClient;

export async function readNewest(db: PrismaClient, chatId: string): Promise<ChatEntry[]> {
  return readBefore(db, { chatId, beforeSeq: Number.MAX_SAFE_INTEGER });
}

/** The page that ends before `beforeSeq`, oldest first. */
export async function readBefore(
  db: PrismaClient,
  { chatId, beforeSeq }: { chatId: string; beforeSeq: number },
): Promise<ChatEntry[]> {
  const rows = await db.chatEntry.findMany({
    where: { chatId, seq: { lt: Math.min(beforeSeq, MAX_SEQ) } },
    orderBy: { seq: "desc" },
    take: CHAT_PAGE_SIZE,
  });
  return rows.reverse().map(presentEntry);
}
/** The column is a 32-bit integer. */
const MAX_SEQ = 2_147_483_647;

/** The page that begins after `afterSeq`. */
export async function readAfter(
  db: PrismaClient,
  { chatId, afterSeq }: { chatId: string; afterSeq: number },
): Promise<ChatEntry[]> {
  const rows = await db.chatEntry.findMany({
    where: { chatId, seq: { gt: Math.min(afterSeq, MAX_SEQ) } },
    orderBy: { seq: "asc" },
    take: CHAT_PAGE_SIZE,
  });
  return rows.map(presentEntry);
}

interface Batch {
  chatId: string;
  operations: readonly ChatOperation[];
  /** The last entry that the caller has; all later ones come back. */
  knownSeq: number;
  now: Date;
}

interface Committed {
  outcomes: Outcome[];
  unseen: ChatEntry[];
}

/** Appends in one transaction. Outcomes are in the order of the operations; `unseen` are all entries past `knownSeq`. */
export async function commitBatch(db: PrismaClient, batch: Batch): Promise<Committed> {
  return (await appendAtOnce(db, batch)) ?? (await appendUnderLock(db, batch));
}

/**
 * The ordinary case in one statement instead of six: only new messages, and nobody else wrote meanwhile. `null`, and
 * nothing is done: an id is known already, there is a deletion, or the chat is not where we think it is.
 */
async function appendAtOnce(db: PrismaClient, batch: Batch): Promise<Committed | null> {
  const { chatId, operations, knownSeq } = batch;
  const ids = operations.map((operation) => operation.messageId);
  const isPlain = operations.every((operation) => operation.kind === "post");
  if (!isPlain || ids.length === 0 || new Set(ids).size < ids.length) return null;
  const { outcomes, added } = applyOperations({ ...batch, existing: [], lastSeq: knownSeq });
  const rows = added.map(({ isDeletion: _, chatId: __, ...row }) => row);
  const count = await db.$executeRaw`
    WITH moved AS (
      UPDATE "Chat" SET "lastSeq" = ${knownSeq + rows.length}::int
      WHERE "id" = ${chatId} AND "lastSeq" = ${knownSeq}::int AND NOT EXISTS (
        SELECT 1 FROM "ChatEntry" WHERE "chatId" = ${chatId} AND "messageId" = ANY(${ids}::uuid[]))
      RETURNING "id")
    INSERT INTO "ChatEntry" ("chatId", "seq", "messageId", "text", "nickname", "role", "authorTag", "sentAt")
    SELECT moved."id", fresh.* FROM moved CROSS JOIN jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS fresh(
      "seq" int, "messageId" uuid, "text" text, "nickname" text, "role" text, "authorTag" text,
      "sentAt" timestamptz)`;
  return count === rows.length ? { outcomes, unseen: added.map(presentEntry) } : null;
}

function appendUnderLock(db: PrismaClient, batch: Batch): Promise<Committed> {
  return db.$transaction(async (tx) => {
    const lastSeq = await lockChat(tx, batch.chatId);
    const ids = batch.operations.map((operation) => operation.messageId);
    const existing =
      ids.length === 0
        ? []
        : await tx.chatEntry.findMany({ where: { chatId: batch.chatId, messageId: { in: ids } } });
    const applied = applyOperations({ ...batch, existing, lastSeq });
    if (applied.added.length > 0) {
      if (applied.emptied.length > 0) await emptyMessages(tx, batch.chatId, applied.emptied);
      await tx.chatEntry.createMany({ data: applied.added });
      await tx.chat.update({
        where: { id: batch.chatId },
        data: { lastSeq: lastSeq + applied.added.length },
      });
    }
    const missed = lastSeq > batch.knownSeq ? await readUnseen(tx, { ...batch, lastSeq }) : [];
    return { outcomes: applied.outcomes, unseen: [...missed, ...applied.added.map(presentEntry)] };
  });
}

/** Makes the row when there is none; holds its lock until the transaction ends. */
async function lockChat(tx: Transaction, chatId: string): Promise<number> {
  const rows = await tx.$queryRaw<{ lastSeq: number }[]>`
    INSERT INTO "Chat" ("id", "lastSeq") VALUES (${chatId}, 0)
    ON CONFLICT ("id") DO UPDATE SET "lastSeq" = "Chat"."lastSeq"
    RETURNING "lastSeq"`;
  return rows[0]?.lastSeq ?? 0;
}

/** Entries that another process appended, or that a lost connection hid from us. */
async function readUnseen(
  tx: Transaction,
  { chatId, knownSeq, lastSeq }: { chatId: string; knownSeq: number; lastSeq: number },
): Promise<ChatEntry[]> {
  const rows = await tx.chatEntry.findMany({
    where: { chatId, seq: { gt: knownSeq, lte: lastSeq } },
    orderBy: { seq: "asc" },
  });
  return rows.map(presentEntry);
}

async function emptyMessages(tx: Transaction, chatId: string, messageIds: string[]): Promise<void> {
  await tx.chatEntry.updateMany({
    where: { chatId, messageId: { in: messageIds }, isDeletion: false },
    data: { text: null, nickname: null },
  });
}
