import type { ServerContext } from "../../platform/context.ts";
import type { Doors, Mounted } from "../../platform/mount.ts";
import { StageDesks } from "./stage-desks.ts";
import { createStageViews, type StageViews } from "./stage-views.ts";
import { mountStageRoutes } from "./stages.routes.ts";
import { mountStageSocket } from "./stages.socket.ts";
import { AUDIENCE_INTERVAL_MS, DESK_INTERVAL_MS, ViewerCount } from "./viewer-count.ts";

export type { StageViews } from "./stage-views.ts";

/** `views` is for features that show whole stages (screens). */
export function mountStages(ctx: ServerContext, doors: Doors): Mounted & { views: StageViews } {
  const counted = "stage:viewersCounted";
  const viewers = new ViewerCount([
    {
      intervalMs: DESK_INTERVAL_MS,
      isAtOnce: true,
      tell: (stageId, count) => ctx.notify.toDesk(stageId, counted, { stageId, count }),
    },
    {
      intervalMs: AUDIENCE_INTERVAL_MS,
      isAtOnce: false,
      tell: (stageId, count) => ctx.notify.toStage(stageId, counted, { stageId, count }),
    },
  ]);
  const desks = new StageDesks(ctx);
  const views = createStageViews(desks, viewers);
  mountStageRoutes(ctx, doors.router, views);
  mountStageSocket(doors.realtime, desks, viewers);
  return {
    views,
    start: () => desks.start(),
    async close() {
      viewers.close();
      await desks.close();
    },
  };
}
