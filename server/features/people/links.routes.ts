import type { Router } from "express";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { route } from "../../platform/route.ts";
import { findEventId, findPlaceNames, listLinkRows } from "./links.store.ts";
import { presentLink } from "./people.present.ts";
import { revokeLink } from "./revoke-link.ts";

export function mountLinkRoutes(ctx: ServerContext, router: Router): void {
  async function requireEventId(slug: string): Promise<string> {
    const event = await findEventId(ctx.db, slug);
    if (!event) throw AppError.notFound("event");
    return event.id;
  }

  route(ctx, router, "listLinks", async ({ params, actor, authorise }) => {
    const eventId = await requireEventId(params.event);
    authorise({ eventId });
    const { sessionId } = actor;
    const [rows, names] = await Promise.all([
      listLinkRows(ctx.db, { eventId, sessionId, now: ctx.now() }),
      findPlaceNames(ctx.db, eventId),
    ]);
    return { links: rows.map((row) => presentLink(row, names)) };
  });

  route(ctx, router, "revokeLink", async ({ params, actor, authorise }) => {
    const eventId = await requireEventId(params.event);
    authorise({ eventId });
    const { sessionId } = actor;
    const row = await revokeLink(ctx, { eventId, linkId: params.linkId, sessionId });
    return presentLink(row, await findPlaceNames(ctx.db, eventId));
  });
}
