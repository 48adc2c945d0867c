import type { StageView } from "../../contract/stages.ts";
import type { Actor } from "../../platform/rights.ts";
import type { StageDesks } from "./stage-desks.ts";
import { presentStageView } from "./stages.present.ts";
import type { ViewerCount } from "./viewer-count.ts";

/** Stages as their pages show them; costs no statement for a stage that is known. */
export interface StageViews {
  /** @throws not_found */
  ofSlugs(slugs: { event: string; stage: string }, actor: Actor): Promise<StageView>;
  /** @throws not_found */
  of(stageId: string, actor: Actor): Promise<StageView>;
}

export function createStageViews(desks: StageDesks, viewers: ViewerCount): StageViews {
  return {
    async ofSlugs(slugs, actor) {
      const desk = await desks.requireBySlugs(slugs);
      return presentStageView(desk, actor, viewers.of(desk.stageId));
    },
    async of(stageId, actor) {
      return presentStageView(await desks.require(stageId), actor, viewers.of(stageId));
    },
  };
}
