import { AppError } from "../../platform/errors.ts";
import { changePhase, UnknownPhaseError } from "./change-phase.ts";
import { closeOnNode, openOnNode, tellSlate } from "./media-calls.ts";
import type { StageDesk } from "./stage-desk.ts";
import { nextStageState } from "./stage-state.ts";

/** closed | ended → rehearsal. @throws wrong_phase, media_unavailable: then the phase is as it was */
export async function openRehearsal(
  desk: StageDesk,
  { isAutomatic }: { isAutomatic: boolean },
): Promise<void> {
  const at = desk.ctx.now();
  if (!nextStageState(desk.state, { type: "openRehearsal", at }))
    throw AppError.wrongPhase("The stage is open already.");
  await openOnNode(desk);
  try {
    const seq = await changePhase(desk, { from: ["closed", "ended"], to: "rehearsal", at, isAutomatic });
    Object.assign(desk.row, { phase: "rehearsal", phaseSince: at, isAutomatic });
    desk.announcePhase(seq);
  } catch (thrown) {
    // What may be committed stays open.
    if (!(thrown instanceof UnknownPhaseError)) await closeOnNode(desk);
    throw thrown;
  }
  desk.ctx.log.info(`[stage:${desk.stageId}] opened${isAutomatic ? " by the schedule" : ""}`);
  await tellSlate(desk).catch(() => {});
}
