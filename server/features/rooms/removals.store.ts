import type { PrismaClient } from "../../../gen/prisma/client.ts";

export interface RemovalRow {
  personTag: string;
  displayName: string;
  removedAt: Date;
}

export function listRemovalRows(
  db: PrismaClient,
  { stageId, take }: { stageId: string; take: number },
): Promise<RemovalRow[]> {
  return db.removal.findMany({
    where: { stageId },
    select: { personTag: true, displayName: true, removedAt: true },
    orderBy: { removedAt: "desc" },
    take,
  });
}

export async function keepRemovalRow(db: PrismaClient, stageId: string, row: RemovalRow): Promise<void> {
  const { personTag } = row;
  await db.removal.upsert({
    where: { stageId_personTag: { stageId, personTag } },
    create: { stageId, ...row },
    update: row,
  });
}

/** Without `personTag` all of the stage's. */
export async function deleteRemovalRows(
  db: PrismaClient,
  where: { stageId: string; personTag?: string },
): Promise<void> {
  await db.removal.deleteMany({ where });
}
