import type { PrismaClient } from "../../../gen/prisma/client.ts";

/** Events that anybody may open, next first. */
export function listEventRows(db: PrismaClient) {
  return db.event.findMany({
    include: { organisation: { select: { name: true } }, stages: { select: { phase: true } } },
    orderBy: { startsAt: "asc" },
    take: 200,
  });
}

/** The event with all that its page shows, or `null`. Recordings: published ones. */
export async function findEventRow(db: PrismaClient, slug: string) {
  const event = await db.event.findUnique({
    where: { slug },
    include: {
      organisation: { select: { name: true } },
      stages: { orderBy: { position: "asc" }, take: 20 },
      booths: { orderBy: { position: "asc" }, take: 300 },
    },
  });
  if (event === null) return null;
  const stageId = { in: event.stages.map((stage) => stage.id) };
  const [schedule, recordings] = await Promise.all([
    db.presentation.findMany({ where: { stageId }, orderBy: { startsAt: "asc" }, take: 1000 }),
    db.recording.findMany({
      where: { isPublished: true, broadcast: { stageId } },
      include: { broadcast: { select: { stageId: true } } },
      orderBy: { startedAt: "asc" },
      take: 500,
    }),
  ]);
  return { ...event, schedule, recordings };
}
export type EventRow = NonNullable<Awaited<ReturnType<typeof findEventRow>>>;
