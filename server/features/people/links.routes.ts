import type { Router } from "express";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { route } from "../../platform/route.ts";
import { findEventId, listLinkRows } from "./links.store.ts";
import { presentLink } from "./people.present.ts";
import { revokeLink } from "./revoke-link.ts";

export function mountLinkRoutes(ctx: ServerContext, router: Router): void {
  async function requireEventId(slug: string): Promise<string> {
    const event = await findEventId(ctx.db, slug);
    if (!event) throw AppError.notFound("event");
    return event.id;
  }

  route(ctx, router, "listLinks", async ({ params, authorise }) => {
    const eventId = await requireEventId(params.event);
    authorise({ eventId });
    const rows = await listLinkRows(ctx.db, eventId, ctx.now());
    return { links: rows.map(presentLink) };
  });

  route(ctx, router, "revokeLink", async ({ params, authorise }) => {
    const eventId = await requireEventId(params.event);
    authorise({ eventId });
    return presentLink(await revokeLink(ctx, { eventId, linkId: params.linkId }));
  });
}
