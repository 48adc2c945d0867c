import type { Prisma, PrismaClient } from "../../../gen/prisma/client.ts";

const MAX_LINKS = 1000;

interface Asked {
  eventId: string;
  /** Of whoever asks; `null` without a session. */
  sessionId: string | null;
  now: Date;
}

const asSeenBy = ({ sessionId, now }: Asked) =>
  ({
    _count: { select: { grants: { where: { session: { expiresAt: { gt: now } } } } } },
    grants: { where: { sessionHash: bytesOf(sessionId ?? "") }, select: { id: true }, take: 1 },
  }) as const;

export function findEventId(db: PrismaClient, slug: string): Promise<{ id: string } | null> {
  return db.event.findUnique({ where: { slug }, select: { id: true } });
}

/** Newest first. */
export function listLinkRows(db: PrismaClient, asked: Asked) {
  return db.accessToken.findMany({
    where: { eventId: asked.eventId },
    include: asSeenBy(asked),
    orderBy: [{ createdAt: "desc" }, { hash: "asc" }],
    take: MAX_LINKS,
  });
}
export type LinkRow = Awaited<ReturnType<typeof listLinkRows>>[number];

/** A link of this event, or `null`. `linkId` is its hash in hexadecimal. */
export function findLinkRow(
  db: PrismaClient | Prisma.TransactionClient,
  { linkId, ...asked }: Asked & { linkId: string },
): Promise<LinkRow | null> {
  return db.accessToken.findFirst({
    where: { hash: bytesOf(linkId), eventId: asked.eventId },
    include: asSeenBy(asked),
  });
}

/** Names of the event's stages and booths by id, as JSON columns. */
export async function findPlaceNames(
  db: PrismaClient,
  eventId: string,
): Promise<ReadonlyMap<string, Prisma.JsonValue>> {
  const query = { where: { eventId }, select: { id: true, name: true } } as const;
  const places = await Promise.all([db.stage.findMany(query), db.booth.findMany(query)]);
  return new Map(places.flat().map(({ id, name }) => [id, name]));
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

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
