import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { countOtherOrganiserLinks, findLinkRow, type LinkRow } from "./links.store.ts";

/**
 * Takes a join link and all that it gave back; sockets that relied on it are dropped, and their places in rooms with
 * them. Done again it does nothing. @throws not_found, conflict for the last link with which the event is managed
 */
export async function revokeLink(
  ctx: ServerContext,
  asked: { eventId: string; linkId: string; sessionId: string | null },
): Promise<LinkRow> {
  const { eventId, linkId } = asked;
  const now = ctx.now();
  const revoked = await ctx.db.$transaction(async (tx) => {
    // Two organisers who take each other's link: one after the other.
    await tx.$queryRaw`SELECT id FROM "Event" WHERE id = ${eventId}::uuid FOR UPDATE`;
    const link = await findLinkRow(tx, { ...asked, now });
    if (link === null) throw AppError.notFound("link");
    if (link.revokedAt !== null) return link;
    const { hash } = link;
    const isLast =
      link.role === "organiser" && (await countOtherOrganiserLinks(tx, { eventId, hash, now })) === 0;
    if (isLast) throw AppError.conflict("Nobody could manage the event without its last organiser's link.");
    await tx.accessToken.update({ where: { hash }, data: { revokedAt: now } });
    return { ...link, revokedAt: now };
  });
  ctx.domain.tell("linkRevoked", { tokenHash: revoked.hash });
  ctx.log.info(`[link:${linkId.slice(0, 8)}] ${revoked.role}'s link of event ${eventId} revoked`);
  return revoked;
}
