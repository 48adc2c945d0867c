import type { PrismaClient } from "../../../gen/prisma/client.ts";
import type { ServerContext } from "../../platform/context.ts";
import { hashToken, makeToken } from "../../platform/cookies.ts";
import { AppError } from "../../platform/errors.ts";
import type { Actor, Grant } from "../../platform/rights.ts";
import { pathFor } from "./path-for.ts";

export const SESSION_SECONDS = 30 * 24 * 3600;

interface OpenedLink {
  /** Value of the session cookie: the browser's own, or a new one. */
  sessionToken: string;
  grants: readonly Grant[];
  goTo: string;
}

/**
 * Exchanges a join link's token for the browser's session; grants of several links add up in one session.
 * @throws link_invalid also for revoked ones, link_expired
 */
export async function openLink(
  ctx: ServerContext,
  { token, sessionToken }: { token: string; sessionToken: string | null },
): Promise<OpenedLink> {
  const link = await requireLink(ctx, token);
  const goTo = await pathFor(ctx.db, link);
  const session = await keepSession(ctx, sessionToken);
  const { role, eventId, stageId, boothId, hash } = link;
  await ctx.db.grant.createMany({
    data: [{ sessionHash: hashToken(session), tokenHash: hash, role, eventId, stageId, boothId }],
    skipDuplicates: true,
  });
  const sessionId = Buffer.from(hashToken(session)).toString("hex");
  ctx.domain.tell("sessionChanged", { sessionId });
  const actor: Actor = await ctx.identities.refresh({ guestKey: "", sessionId, grants: [] });
  return { sessionToken: session, grants: actor.grants, goTo };
}

async function requireLink(ctx: ServerContext, token: string) {
  const link = await ctx.db.accessToken.findUnique({
    where: { hash: hashToken(token) },
    include: { event: { select: { slug: true } } },
  });
  if (link === null || link.revokedAt !== null) throw AppError.linkInvalid();
  if (link.expiresAt <= ctx.now()) throw AppError.linkExpired();
  return link;
}

/** The browser's session with its life renewed, or a new one when it has none that lives. */
async function keepSession(ctx: ServerContext, sessionToken: string | null): Promise<string> {
  const now = ctx.now();
  const expiresAt = new Date(now.getTime() + SESSION_SECONDS * 1000);
  if (sessionToken !== null && (await isRenewed(ctx.db, { sessionToken, now, expiresAt })))
    return sessionToken;
  const fresh = makeToken(256);
  await ctx.db.session.create({ data: { hash: hashToken(fresh), expiresAt } });
  return fresh;
}

async function isRenewed(
  db: PrismaClient,
  { sessionToken, now, expiresAt }: { sessionToken: string; now: Date; expiresAt: Date },
): Promise<boolean> {
  const { count } = await db.session.updateMany({
    where: { hash: hashToken(sessionToken), expiresAt: { gt: now } },
    data: { expiresAt },
  });
  return count === 1;
}
