import type { ServerContext } from "../../platform/context.ts";
import { presentPresentation } from "../../platform/present.ts";

/** Keeps open organiser pages up to date: another organiser changed the schedule. Returns the unsubscribe. */
export function tellManagers(ctx: ServerContext): () => void {
  return ctx.domain.on("presentationChanged", async ({ eventId, stageId }) => {
    const rows = await ctx.db.presentation.findMany({
      where: { stageId },
      orderBy: { startsAt: "asc" },
      take: 500,
    });
    const schedule = rows.map(presentPresentation);
    ctx.notify.toManagers(eventId, "stage:scheduleChanged", { stageId, schedule });
  });
}
