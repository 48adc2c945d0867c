import type { PrismaClient } from "../../gen/prisma/client.ts";
import { createDemoLinks, type DemoLink, linkExpiry } from "./demo-links.ts";
import { demoStart } from "./demo-times.ts";
import { DEMO_SLUG, demoEvent, demoStage } from "./event-content.ts";

/** The demo event and nobody's own: its address and its organiser's name. */
function findDemo(db: PrismaClient) {
  return db.event.findFirst({
    where: { slug: DEMO_SLUG, organisation: { name: demoEvent.organisation } },
    include: { stages: { select: { id: true, slug: true } }, booths: { select: { id: true, slug: true } } },
  });
}

/**
 * Moves a demo event that is wholly over to now, with its whole schedule, so that the demo is never dead; recordings
 * stay. A stage that is on air is left alone. Returns whether it moved anything.
 */
export async function refreshDemo(db: PrismaClient, now: Date): Promise<boolean> {
  const demo = await findDemo(db);
  if (!demo || demo.endsAt > now) return false;
  if ((await db.stage.count({ where: { eventId: demo.id, phase: { in: ["rehearsal", "live"] } } })) > 0)
    return false;
  const shiftMs = demoStart(now).getTime() - demo.startsAt.getTime();
  const shifted = (date: Date) => new Date(date.getTime() + shiftMs);
  await db.$transaction(async (tx) => {
    await tx.event.update({
      where: { id: demo.id },
      data: { startsAt: shifted(demo.startsAt), endsAt: shifted(demo.endsAt) },
    });
    await tx.$executeRaw`
      UPDATE "Presentation" SET "startsAt" = "startsAt" + ${shiftMs}::double precision * interval '1 millisecond'
      WHERE "stageId" IN (SELECT id FROM "Stage" WHERE "eventId" = ${demo.id}::uuid)`;
    await tx.stage.updateMany({
      where: { eventId: demo.id },
      data: { phase: "closed", phaseSince: now, isAutomatic: false, seq: { increment: 1 } },
    });
    await tx.accessToken.updateMany({
      where: { eventId: demo.id, revokedAt: null },
      data: { expiresAt: linkExpiry(now) },
    });
  });
  return true;
}

/** New join links for a demo whose list of links was lost; `null` without a demo. Earlier links stay valid. */
export async function renewDemoLinks(db: PrismaClient, now: Date): Promise<DemoLink[] | null> {
  const demo = await findDemo(db);
  const stage = demo?.stages.find(({ slug }) => slug === demoStage.slug);
  if (!demo || !stage) return null;
  const boothIds = new Map(demo.booths.map(({ slug, id }) => [slug, id]));
  return createDemoLinks(db, { event: demo, stageId: stage.id, boothIds }, now);
}
