import type { PrismaClient } from "../../../gen/prisma/client.ts";

/** The screen that this session is, by its newest screen link, with its event; `null` when it is none. */
export async function findScreen(db: PrismaClient, { sessionId, now }: { sessionId: string; now: Date }) {
  const grant = await db.grant.findFirst({
    where: {
      sessionHash: new Uint8Array(Buffer.from(sessionId, "hex")),
      role: "screen",
      token: { revokedAt: null, expiresAt: { gt: now } },
    },
    orderBy: { id: "desc" },
    include: {
      token: { select: { label: true, language: true } },
      event: {
        include: {
          organisation: { select: { name: true } },
          stages: { select: { id: true, phase: true }, orderBy: { position: "asc" }, take: 20 },
        },
      },
    },
  });
  return grant && { ...grant.token, event: grant.event };
}

/** Published recordings of the event, oldest first. */
export function listEventRecordings(db: PrismaClient, eventId: string) {
  return db.recording.findMany({
    where: { isPublished: true, broadcast: { stage: { eventId } } },
    include: { broadcast: { select: { stageId: true } } },
    orderBy: { startedAt: "asc" },
    take: 200,
  });
}
export type RecordingRow = Awaited<ReturnType<typeof listEventRecordings>>[number];
