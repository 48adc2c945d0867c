import type { Router } from "express";
import type { ServerContext } from "../../platform/context.ts";
import { route } from "../../platform/route.ts";
import type { StageViews } from "./stage-views.ts";

export function mountStageRoutes(ctx: ServerContext, router: Router, views: StageViews): void {
  route(ctx, router, "readStage", async ({ params, actor }) => views.ofSlugs(params, actor));
}
