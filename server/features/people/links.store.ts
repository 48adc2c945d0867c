import type { Prisma, PrismaClient } from "../../../gen/prisma/client.ts";

const MAX_LINKS = 1000;

const withSessions = (now: Date) =>
  ({ _count: { select: { grants: { where: { session: { expiresAt: { gt: now } } } } } } }) as const;

export function findEventId(db: PrismaClient, slug: string): Promise<{ id: string } | null> {
  return db.event.findUnique({ where: { slug }, select: { id: true } });
}

/** Newest first. */
export function listLinkRows(db: PrismaClient, eventId: string, now: Date) {
  return db.accessToken.findMany({
    where: { eventId },
    include: withSessions(now),
    orderBy: [{ createdAt: "desc" }, { hash: "asc" }],
    take: MAX_LINKS,
  });
}
export type LinkRow = Awaited<ReturnType<typeof listLinkRows>>[number];

/** A link of this event, or `null`. */
export function findLinkRow(
  db: PrismaClient | Prisma.TransactionClient,
  { eventId, hash, now }: { eventId: string; hash: Uint8Array<ArrayBuffer>; now: Date },
): Promise<LinkRow | null> {
  return db.accessToken.findFirst({ where: { hash, eventId }, include: withSessions(now) });
}

/** Other organiser links of the event that can be opened or are open. */
export function countOtherOrganiserLinks(
  db: Prisma.TransactionClient,
  { eventId, hash, now }: { eventId: string; hash: Uint8Array<ArrayBuffer>; now: Date },
): Promise<number> {
  return db.accessToken.count({
    where: { eventId, role: "organiser", hash: { not: hash }, revokedAt: null, expiresAt: { gt: now } },
  });
}
