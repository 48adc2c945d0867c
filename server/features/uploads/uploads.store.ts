import type { Prisma, PrismaClient } from "../../../gen/prisma/client.ts";

const withPlace = {
  presentation: { select: { stageId: true, stage: { select: { eventId: true } } } },
} as const;

type Client = PrismaClient | Prisma.TransactionClient;

/** Where a presentation belongs, or `null`. */
export async function findPresentationPlace(db: Client, presentationId: string) {
  const row = await db.presentation.findUnique({
    where: { id: presentationId },
    select: { stageId: true, stage: { select: { eventId: true } } },
  });
  return row && { stageId: row.stageId, eventId: row.stage.eventId };
}

export function findMedia(db: Client, mediaId: string) {
  return db.media.findUnique({ where: { id: mediaId }, include: withPlace });
}
export type MediaRow = NonNullable<Awaited<ReturnType<typeof findMedia>>>;

export function findMediaOfUpload(db: Client, uploadId: string) {
  return db.media.findUnique({ where: { uploadId }, include: withPlace });
}

export function createMedia(
  db: Client,
  data: { presentationId: string; originalName: string; uploadId: string },
) {
  return db.media.create({ data: { ...data, state: "uploading" }, include: withPlace });
}

/** `null` when it is gone: its presentation was deleted. */
export async function updateMedia(
  db: Client,
  mediaId: string,
  data: Prisma.MediaUncheckedUpdateInput,
): Promise<MediaRow | null> {
  const { count } = await db.media.updateMany({ where: { id: mediaId }, data });
  return count === 0 ? null : findMedia(db, mediaId);
}

/** Uploads and conversions of an event that are under way. */
export function countUnderWay(db: Client, eventId: string): Promise<number> {
  return db.media.count({
    where: {
      state: { in: ["uploading", "queued", "converting"] },
      presentation: { stage: { eventId } },
    },
  });
}

/** Takes away what a presentation had before `newest`: an older video, a failed or forsaken upload. */
export async function removeOlderMedia(db: Client, newest: MediaRow, states: MediaRow["state"][]) {
  const rows = await db.media.findMany({
    where: {
      presentationId: newest.presentationId,
      id: { not: newest.id },
      createdAt: { lte: newest.createdAt },
      state: { in: states },
    },
    select: { id: true, uploadId: true },
  });
  await db.media.deleteMany({ where: { id: { in: rows.map((row) => row.id) } } });
  return rows;
}

export function listUnconverted(db: Client) {
  return db.media.findMany({
    where: { state: { in: ["queued", "converting"] } },
    select: { id: true },
    orderBy: { createdAt: "asc" },
    take: 1000,
  });
}

/** Uploads that nobody went on with. */
export function listForsakenUploads(db: Client, before: Date) {
  return db.media.findMany({
    where: { state: "uploading", createdAt: { lt: before } },
    select: { id: true, uploadId: true },
    take: 1000,
  });
}

/** Which of these ids are in the database. */
export async function findKnownMediaIds(db: Client, ids: string[]): Promise<Set<string>> {
  const rows = await db.media.findMany({ where: { id: { in: ids } }, select: { id: true } });
  return new Set(rows.map((row) => row.id));
}
export async function findKnownUploadIds(db: Client, ids: string[]): Promise<Set<string>> {
  const rows = await db.media.findMany({ where: { uploadId: { in: ids } }, select: { uploadId: true } });
  return new Set(rows.flatMap((row) => row.uploadId ?? []));
}
