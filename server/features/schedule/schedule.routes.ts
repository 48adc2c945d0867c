import type { Router } from "express";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { route } from "../../platform/route.ts";
import { addPresentation, changePresentation } from "./save-presentation.ts";
import { presentManagedEvent, presentManagedPresentation } from "./schedule.present.ts";
import { findEventId, findManagedEvent, findPresentation } from "./schedule.store.ts";

export function mountScheduleRoutes(ctx: ServerContext, router: Router): void {
  const { db } = ctx;

  async function requireEventId(slug: string): Promise<string> {
    const event = await findEventId(db, slug);
    if (!event) throw AppError.notFound("event");
    return event.id;
  }
  async function requirePresentation(eventId: string, id: string) {
    const row = await findPresentation(db, { eventId, id });
    if (!row) throw AppError.notFound("presentation");
    return row;
  }
  function tell(eventId: string, row: { id: string; stageId: string }): void {
    ctx.domain.tell("presentationChanged", { eventId, stageId: row.stageId, presentationId: row.id });
  }

  route(ctx, router, "readManagedEvent", async ({ params, authorise }) => {
    authorise({ eventId: await requireEventId(params.event) });
    const row = await findManagedEvent(db, params.event);
    if (!row) throw AppError.notFound("event");
    return presentManagedEvent(row);
  });

  route(ctx, router, "createPresentation", async ({ params, body, authorise }) => {
    const eventId = await requireEventId(params.event);
    authorise({ eventId });
    const row = await addPresentation(db, { eventId, draft: body });
    tell(eventId, row);
    return presentManagedPresentation(row);
  });

  route(ctx, router, "updatePresentation", async ({ params, body, authorise }) => {
    const eventId = await requireEventId(params.event);
    authorise({ eventId });
    const before = await requirePresentation(eventId, params.presentationId);
    const row = await changePresentation(db, { eventId, row: before, changes: body });
    tell(eventId, row);
    if (before.stageId !== row.stageId) tell(eventId, before);
    return presentManagedPresentation(row);
  });

  route(ctx, router, "deletePresentation", async ({ params, authorise }) => {
    const eventId = await requireEventId(params.event);
    authorise({ eventId });
    const row = await requirePresentation(eventId, params.presentationId);
    await db.presentation.delete({ where: { id: row.id } });
    tell(eventId, row);
    return {};
  });
}
