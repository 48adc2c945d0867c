/*
 * The statements of stages. `seq` never goes back, not even behind what was announced while the database was away:
 * each change takes the greater of the row's and the announced one, plus one.
 */
import type { PrismaClient } from "../../../gen/prisma/client.ts";
import type { StagePhase } from "../../contract/stages.ts";
import { AppError } from "../../platform/errors.ts";
import type { RecordedRange } from "./recorded-ranges.ts";

/** A stage with all that its page and its programme need, or `null`. */
export function findStageRow(db: PrismaClient, stageId: string) {
  return db.stage.findUnique({
    where: { id: stageId },
    include: {
      event: { select: { id: true, slug: true, name: true, timeZone: true, language: true } },
      presentations: {
        orderBy: { startsAt: "asc" },
        take: 500,
        include: {
          media: { where: { state: "ready" }, orderBy: { createdAt: "desc" }, take: 1 },
        },
      },
      broadcasts: { where: { endedAt: null }, orderBy: { startedAt: "desc" }, take: 1 },
    },
  });
}
export type StageRow = NonNullable<Awaited<ReturnType<typeof findStageRow>>>;

/** Newest first of the page's bound, shown oldest first. */
export async function listPublishedRecordings(db: PrismaClient, stageId: string) {
  const rows = await db.recording.findMany({
    where: { isPublished: true, broadcast: { stageId } },
    include: { broadcast: { select: { stageId: true } } },
    orderBy: { startedAt: "desc" },
    take: 200,
  });
  return rows.reverse();
}

export async function findStageId(
  db: PrismaClient,
  { event, stage }: { event: string; stage: string },
): Promise<string | null> {
  const row = await db.stage.findFirst({
    where: { slug: stage, event: { slug: event } },
    select: { id: true },
  });
  return row?.id ?? null;
}

/** Stages on which something is open or may begin by the schedule: of events that are not long over. */
export async function listStageIdsOfInterest(db: PrismaClient, endedAfter: Date): Promise<string[]> {
  const rows = await db.stage.findMany({
    where: {
      OR: [
        { phase: { in: ["rehearsal", "live"] } },
        { event: { endsAt: { gt: endedAfter } } },
        { presentations: { some: { startsAt: { gt: endedAfter } } } },
      ],
    },
    select: { id: true },
    take: 1000,
  });
  return rows.map((row) => row.id);
}

export interface PhaseChange {
  stageId: string;
  from: readonly StagePhase[];
  to: StagePhase;
  at: Date;
  isAutomatic: boolean;
  /** The highest `seq` that was announced. */
  announcedSeq: number;
}

export type Tx = Parameters<Parameters<PrismaClient["$transaction"]>[0]>[0];

/** Returns the new `seq`. `also` runs in the same transaction. @throws wrong_phase when another was quicker */
export function commitPhase(
  db: PrismaClient,
  change: PhaseChange,
  also: (tx: Tx) => Promise<void> = async () => {},
): Promise<number> {
  return db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ seq: number }[]>`
      UPDATE "Stage" SET phase = ${change.to}::"StagePhase", "phaseSince" = ${change.at},
        "isAutomatic" = ${change.isAutomatic}, seq = GREATEST(seq, ${change.announcedSeq}::int) + 1
      WHERE id = ${change.stageId}::uuid AND phase::text = ANY(${[...change.from]})
      RETURNING seq`;
    const row = rows[0];
    if (!row) throw AppError.wrongPhase(`The stage is not in the phase for this (${change.to}).`);
    await also(tx);
    return row.seq;
  });
}

/** Waits for a change of the row that is under way, also one whose connection broke. `null`: no such stage. */
export async function findPhase(
  db: PrismaClient,
  stageId: string,
): Promise<{ phase: string; seq: number } | null> {
  const rows = await db.$queryRaw<{ phase: string; seq: number }[]>`
    SELECT phase::text, seq FROM "Stage" WHERE id = ${stageId}::uuid FOR UPDATE`;
  return rows[0] ?? null;
}

/** The next `seq` for a change that has no row of its own. */
export async function nextSeq(db: PrismaClient, stageId: string, announcedSeq: number): Promise<number> {
  const rows = await db.$queryRaw<{ seq: number }[]>`
    UPDATE "Stage" SET seq = GREATEST(seq, ${announcedSeq}::int) + 1
    WHERE id = ${stageId}::uuid RETURNING seq`;
  if (!rows[0]) throw AppError.notFound("stage");
  return rows[0].seq;
}

export function createBroadcast(
  db: PrismaClient,
  data: { stageId: string; startedAt: Date; isScheduled: boolean },
) {
  return db.broadcast.create({ data });
}

export async function deleteBroadcast(db: PrismaClient, broadcastId: string): Promise<void> {
  await db.broadcast.deleteMany({ where: { id: broadcastId } });
}

/** Returns the ids of the recordings. */
export async function endBroadcast(
  tx: Tx,
  { broadcastId, endedAt, ranges }: { broadcastId: string; endedAt: Date; ranges: RecordedRange[] },
): Promise<string[]> {
  await tx.broadcast.update({ where: { id: broadcastId }, data: { endedAt } });
  const rows = await tx.recording.createManyAndReturn({
    data: ranges.map((range) => ({ ...range, broadcastId })),
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
