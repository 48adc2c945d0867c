import { AppError } from "../../platform/errors.ts";
import { closeOnNode } from "./media-calls.ts";
import type { StageDesk } from "./stage-desk.ts";
import { nextStageState } from "./stage-state.ts";
import { commitPhase } from "./stages.store.ts";

/** rehearsal → closed. @throws wrong_phase */
export async function closeStage(desk: StageDesk): Promise<void> {
  if (!nextStageState(desk.state, { type: "close" }))
    throw AppError.wrongPhase("Only a stage in rehearsal can be closed.");
  const at = desk.ctx.now();
  const seq = await commitPhase(desk.ctx.db, {
    stageId: desk.stageId,
    from: ["rehearsal"],
    to: "closed",
    at,
    isAutomatic: false,
    announcedSeq: desk.announced.seq,
  });
  Object.assign(desk.row, { phase: "closed", phaseSince: at, isAutomatic: false });
  desk.announcePhase(seq);
  desk.ctx.log.info(`[stage:${desk.stageId}] closed`);
  await closeOnNode(desk);
}
