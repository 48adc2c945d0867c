import type { Router } from "express";
import type { ServerContext } from "../../platform/context.ts";
import { findCookie, hashToken, makeCookie } from "../../platform/cookies.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import { addressOf } from "../../platform/request-origin.ts";
import { route } from "../../platform/route.ts";
import { TokenBuckets } from "../../platform/token-bucket.ts";
import { openLink, SESSION_SECONDS } from "./open-link.ts";
import { presentSession } from "./people.present.ts";

/** Tokens that open nothing, by address: a token cannot be guessed, a flood of tries need not be served. */
const FAILURES = { burst: 20, perSecond: 0.2, maxKeys: 10_000 };

export function mountPeopleRoutes(ctx: ServerContext, router: Router): void {
  const { cookies } = ctx.identities;
  const failures = new TokenBuckets(FAILURES);

  route(ctx, router, "openLink", async ({ body, http }) => {
    const bucket = failures.of(addressOf(http.request, ctx.config.trustProxyHops));
    const waitMs = bucket.take();
    if (waitMs > 0) throw AppError.tooManyRequests(waitMs);
    const own = findCookie(http.request.headers.cookie, cookies.session);
    const opened = await openLink(ctx, { token: body.token, sessionToken: own }).catch((thrown: unknown) => {
      const { code } = toAppError(thrown);
      ctx.log.info(`[link] not opened: ${code}`);
      if (code !== "link_invalid" && code !== "link_expired") bucket.giveBack();
      throw thrown;
    });
    bucket.giveBack();
    const cookie = { value: opened.sessionToken, maxAgeSeconds: SESSION_SECONDS };
    http.response.append("Set-Cookie", makeCookie(cookies, cookies.session, cookie));
    return { session: presentSession(opened.grants), goTo: opened.goTo };
  });

  route(ctx, router, "readSession", async ({ actor }) => presentSession(actor.grants));

  route(ctx, router, "leaveSession", async ({ actor, http }) => {
    const own = findCookie(http.request.headers.cookie, cookies.session);
    if (own !== null) await ctx.db.session.deleteMany({ where: { hash: hashToken(own) } });
    http.response.append("Set-Cookie", makeCookie(cookies, cookies.session, { value: "", maxAgeSeconds: 0 }));
    if (actor.sessionId !== null) ctx.domain.tell("sessionChanged", { sessionId: actor.sessionId });
    return {};
  });
}
