import { AppError } from "../../platform/errors.ts";
import { changePhase } from "./change-phase.ts";
import { closeOnNode } from "./media-calls.ts";
import type { StageDesk } from "./stage-desk.ts";
import { nextStageState } from "./stage-state.ts";

/** rehearsal → closed. @throws wrong_phase */
export async function closeStage(desk: StageDesk): Promise<void> {
  if (!nextStageState(desk.state, { type: "close" }))
    throw AppError.wrongPhase("Only a stage in rehearsal can be closed.");
  const at = desk.ctx.now();
  const seq = await changePhase(desk, { from: ["rehearsal"], to: "closed", at, isAutomatic: false });
  Object.assign(desk.row, { phase: "closed", phaseSince: at, isAutomatic: false });
  desk.announcePhase(seq);
  desk.ctx.log.info(`[stage:${desk.stageId}] closed`);
  await closeOnNode(desk);
}
