import type { ServerContext } from "../../platform/context.ts";
import type { Doors, Mounted } from "../../platform/mount.ts";
import { StageDesks } from "./stage-desks.ts";
import { createStageViews, type StageViews } from "./stage-views.ts";
import { mountStageRoutes } from "./stages.routes.ts";
import { mountStageSocket } from "./stages.socket.ts";
import { ViewerCount } from "./viewer-count.ts";

export type { StageViews } from "./stage-views.ts";

/** `views` is for features that show whole stages (screens). */
export function mountStages(ctx: ServerContext, doors: Doors): Mounted & { views: StageViews } {
  const viewers = new ViewerCount((stageId, count) =>
    ctx.notify.toStage(stageId, "stage:viewersCounted", { stageId, count }),
  );
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
