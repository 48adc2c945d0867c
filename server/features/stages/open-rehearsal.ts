import { AppError } from "../../platform/errors.ts";
import { closeOnNode, openOnNode, tellSlate } from "./media-calls.ts";
import type { StageDesk } from "./stage-desk.ts";
import { nextStageState } from "./stage-state.ts";
import { commitPhase } from "./stages.store.ts";

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
    const seq = await commitPhase(desk.ctx.db, {
      stageId: desk.stageId,
      from: ["closed", "ended"],
      to: "rehearsal",
      at,
      isAutomatic,
      announcedSeq: desk.announced.seq,
    });
    Object.assign(desk.row, { phase: "rehearsal", phaseSince: at, isAutomatic });
    desk.announcePhase(seq);
  } catch (thrown) {
    await closeOnNode(desk);
    throw thrown;
  }
  desk.ctx.log.info(`[stage:${desk.stageId}] opened${isAutomatic ? " by the schedule" : ""}`);
  await tellSlate(desk).catch(() => {});
}
