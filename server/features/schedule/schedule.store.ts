import type { Prisma, PrismaClient } from "../../../gen/prisma/client.ts";

const withNewestMedia = { media: { orderBy: { createdAt: "desc" }, take: 1 } } as const;

/** The event with all that its organiser works on, or `null`. */
export async function findManagedEvent(db: PrismaClient, slug: string) {
  const event = await db.event.findUnique({
    where: { slug },
    include: {
      organisation: { select: { name: true } },
      stages: { orderBy: { position: "asc" }, take: 20 },
    },
  });
  if (!event) return null;
  const stageId = { in: event.stages.map((stage) => stage.id) };
  const [presentations, recordings] = await Promise.all([
    db.presentation.findMany({
      where: { stageId },
      include: withNewestMedia,
      orderBy: { startsAt: "asc" },
      take: 1000,
    }),
    db.recording.findMany({
      where: { broadcast: { stageId } },
      include: { broadcast: { select: { stageId: true } } },
      orderBy: { startedAt: "asc" },
      take: 500,
    }),
  ]);
  return { ...event, presentations, recordings };
}

export function findEventId(db: PrismaClient, slug: string): Promise<{ id: string } | null> {
  return db.event.findUnique({ where: { slug }, select: { id: true } });
}

/** A presentation of this event, or `null`. */
export function findPresentation(
  db: PrismaClient | Prisma.TransactionClient,
  { eventId, id }: { eventId: string; id: string },
) {
  return db.presentation.findFirst({ where: { id, stage: { eventId } }, include: withNewestMedia });
}
export type ManagedPresentationRow = NonNullable<Awaited<ReturnType<typeof findPresentation>>>;

export interface PresentationColumns {
  stageId: string;
  kind: ManagedPresentationRow["kind"];
  title: Prisma.InputJsonObject;
  description: Prisma.InputJsonObject;
  speaker: string;
  startsAt: Date;
  lengthSeconds: number;
}

/** In one transaction that holds the stages' rows, so that two organisers cannot both take a time. */
export function inStageLock<Result>(
  db: PrismaClient,
  stageIds: readonly string[],
  work: (tx: Prisma.TransactionClient) => Promise<Result>,
): Promise<Result> {
  return db.$transaction(async (tx) => {
    const ids = [...new Set(stageIds)].toSorted();
    await tx.$queryRaw`SELECT id FROM "Stage" WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR UPDATE`;
    return work(tx);
  });
}

/** The first other presentation of the stage that is on at any time of this one, or `null`. */
export async function findOverlap(
  tx: Prisma.TransactionClient,
  wanted: { stageId: string; startsAt: Date; lengthSeconds: number; exceptId: string | null },
) {
  const endsAt = new Date(wanted.startsAt.getTime() + wanted.lengthSeconds * 1000);
  const earlier = await tx.presentation.findMany({
    where: {
      stageId: wanted.stageId,
      startsAt: { lt: endsAt, gt: new Date(wanted.startsAt.getTime() - LONGEST_MS) },
      ...(wanted.exceptId && { id: { not: wanted.exceptId } }),
    },
    orderBy: { startsAt: "asc" },
  });
  return (
    earlier.find(
      (other) => other.startsAt.getTime() + other.lengthSeconds * 1000 > wanted.startsAt.getTime(),
    ) ?? null
  );
}

/** The contract's bound of `lengthSeconds`. */
const LONGEST_MS = 24 * 3_600_000;

export async function isStageOf(
  tx: Prisma.TransactionClient,
  { stageId, eventId }: { stageId: string; eventId: string },
): Promise<boolean> {
  return (await tx.stage.count({ where: { id: stageId, eventId } })) > 0;
}

export function countPresentations(tx: Prisma.TransactionClient, stageId: string): Promise<number> {
  return tx.presentation.count({ where: { stageId } });
}

export function insertPresentation(tx: Prisma.TransactionClient, data: PresentationColumns) {
  return tx.presentation.create({ data, include: withNewestMedia });
}

export function updatePresentation(
  tx: Prisma.TransactionClient,
  { id, data }: { id: string; data: PresentationColumns },
) {
  return tx.presentation.update({ where: { id }, data, include: withNewestMedia });
}
