import type { Mount } from "../../platform/mount.ts";
import { may } from "../../platform/rights.ts";
import { route } from "../../platform/route.ts";
import { createEventPages } from "./event-pages.ts";

export const mountEvents: Mount = (ctx, { router }) => {
  const pages = createEventPages(ctx);
  route(ctx, router, "listEvents", async () => ({ events: await pages.list() }));
  route(ctx, router, "readEvent", async ({ actor, params }) => {
    const page = await pages.require(params.event);
    return { ...page, can: { manage: may(actor, "event.manage", { eventId: page.id }) } };
  });
  return { close: async () => pages.close() };
};
