import type { Router } from "express";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { presentRecording } from "../../platform/present.ts";
import { route } from "../../platform/route.ts";

const shown = { broadcast: { select: { stageId: true } } };

export function mountRecordingRoutes(ctx: ServerContext, router: Router): void {
  route(ctx, router, "updateRecording", async ({ params, body, authorise }) => {
    const row = await ctx.db.recording.findFirst({
      where: { id: params.recordingId, broadcast: { stage: { event: { slug: params.event } } } },
      select: { broadcast: { select: { stage: { select: { id: true, eventId: true } } } } },
    });
    if (row === null) throw AppError.notFound("recording");
    const { id: stageId, eventId } = row.broadcast.stage;
    authorise({ eventId, stageId });
    const updated = await ctx.db.recording.update({
      where: { id: params.recordingId },
      data: { isPublished: body.isPublished },
      include: shown,
    });
    ctx.domain.tell("recordingChanged", { eventId, stageId, recordingId: params.recordingId });
    return presentRecording(updated);
  });
}
