/*
 * Who asks: the session's grants and the browser's guest key, out of the cookies. Grants are kept for a while, so
 * that a request costs no statement; `sessionChanged` and `linkRevoked` empty what they concern.
 */
import type { PrismaClient } from "../../gen/prisma/client.ts";
import { type CookieNames, findCookie, hashToken, makeToken } from "./cookies.ts";
import type { DomainNotices } from "./domain-notices.ts";
import type { Actor, Grant } from "./rights.ts";

const KEPT_SESSIONS = 20_000;

interface KeptSession {
  grants: readonly Grant[];
  readAtMs: number;
  /** Read anew from here on: it was kept long enough, or the session or one of its links is over. */
  staleAtMs: number;
}

export interface Identities {
  readonly cookies: CookieNames;
  /** Without a guest cookie the key is a new one and lasts as long as the caller keeps it. @throws database_unavailable */
  readActor(cookieHeader: string | undefined): Promise<Actor>;
  /** The same actor with its grants as they are now. */
  refresh(actor: Actor): Promise<Actor>;
}

interface Options {
  db: PrismaClient;
  domain: DomainNotices;
  cookies: CookieNames;
  now(): Date;
  /** Another server process may have revoked a link: asked again after this long. */
  keptMs: number;
}

export function createIdentities({ db, domain, cookies, now, keptMs }: Options): Identities {
  const kept = new Map<string, KeptSession>();
  /** Grows with every change: what was being read meanwhile may be from before it and is not kept. */
  let changes = 0;
  domain.on("sessionChanged", ({ sessionId }) => {
    changes++;
    kept.delete(sessionId);
  });
  domain.on("linkRevoked", () => {
    changes++;
    kept.clear();
  });

  async function readGrants(sessionId: string): Promise<readonly Grant[] | null> {
    const nowMs = now().getTime();
    const found = kept.get(sessionId);
    // A clock that was set back would keep them for as long again.
    if (found !== undefined && found.readAtMs <= nowMs && nowMs < found.staleAtMs) return found.grants;
    const changesBefore = changes;
    const session = await querySession(db, sessionId, now());
    if (session === null) {
      kept.delete(sessionId);
      return null;
    }
    const { grants, firstEndMs } = session;
    if (changes !== changesBefore) return grants;
    if (kept.size >= KEPT_SESSIONS) kept.clear();
    kept.set(sessionId, { grants, readAtMs: nowMs, staleAtMs: Math.min(nowMs + keptMs, firstEndMs) });
    return grants;
  }

  async function toActor(guestKey: string, sessionId: string | null): Promise<Actor> {
    const grants = sessionId === null ? null : await readGrants(sessionId);
    return grants === null ? { guestKey, sessionId: null, grants: [] } : { guestKey, sessionId, grants };
  }

  return {
    cookies,
    readActor(header) {
      const token = findCookie(header, cookies.session);
      const sessionId = token === null ? null : Buffer.from(hashToken(token)).toString("hex");
      return toActor(findCookie(header, cookies.guest) ?? makeToken(128), sessionId);
    },
    refresh: (actor) => toActor(actor.guestKey, actor.sessionId),
  };
}

interface SessionRow {
  grants: readonly Grant[];
  /** When the first of the session and its links is over, ms since the epoch. */
  firstEndMs: number;
}

/** `null`: no such session, or over. Grants of links that are revoked or over do not count. */
async function querySession(db: PrismaClient, sessionId: string, now: Date): Promise<SessionRow | null> {
  const session = await db.session.findUnique({
    where: { hash: new Uint8Array(Buffer.from(sessionId, "hex")), expiresAt: { gt: now } },
    select: {
      expiresAt: true,
      grants: {
        where: { token: { revokedAt: null, expiresAt: { gt: now } } },
        select: {
          role: true,
          eventId: true,
          stageId: true,
          boothId: true,
          token: { select: { expiresAt: true } },
        },
        take: 50,
      },
    },
  });
  if (session === null) return null;
  const ends = [session.expiresAt, ...session.grants.map(({ token }) => token.expiresAt)];
  return {
    grants: session.grants.map(({ token: _token, ...grant }) => grant),
    firstEndMs: Math.min(...ends.map((end) => end.getTime())),
  };
}
