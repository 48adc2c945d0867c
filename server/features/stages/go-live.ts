import { AppError } from "../../platform/errors.ts";
import { changePhase, UnknownPhaseError } from "./change-phase.ts";
import { openOnNode, throwMediaError } from "./media-calls.ts";
import type { StageDesk } from "./stage-desk.ts";
import { nextStageState } from "./stage-state.ts";
import { createBroadcast, deleteBroadcast } from "./stages.store.ts";

/**
 * rehearsal → live. The broadcast's row is there before its first segment; the phase changes when the first run has
 * begun. @throws wrong_phase, media_unavailable: then there is no broadcast and the phase is as it was;
 * database_unavailable: the same, or nobody knows yet, and the rows say when they can be read
 */
export async function goLive(desk: StageDesk, { isAutomatic }: { isAutomatic: boolean }): Promise<void> {
  const { ctx, stageId } = desk;
  if (desk.state.phase !== "rehearsal") throw AppError.wrongPhase("Only a stage in rehearsal can go live.");
  const broadcast = await createBroadcast(ctx.db, {
    stageId,
    startedAt: ctx.now(),
    isScheduled: isAutomatic,
  });
  try {
    await openOnNode(desk);
    const { startedAtMs } = await ctx.media
      .request("stage:startBroadcast", {
        stageId,
        broadcastId: broadcast.id,
        isBackstageHeldBack: isAutomatic,
      })
      .catch(throwMediaError);
    const startedAt = new Date(startedAtMs);
    const next = nextStageState(desk.state, { type: "goLive", at: startedAt, broadcastId: broadcast.id });
    if (!next) throw AppError.wrongPhase("Only a stage in rehearsal can go live.");
    const seq = await changePhase(
      desk,
      {
        from: ["rehearsal"],
        to: "live",
        at: startedAt,
        // What a host opened or put on air is the host's to end.
        isAutomatic: isAutomatic && desk.row.isAutomatic,
      },
      async (tx) => {
        await tx.broadcast.update({ where: { id: broadcast.id }, data: { startedAt } });
      },
    );
    Object.assign(desk.row, {
      phase: "live",
      phaseSince: startedAt,
      isAutomatic: isAutomatic && desk.row.isAutomatic,
      broadcasts: [{ ...broadcast, startedAt }],
    });
    desk.isRecordingFailing = false;
    desk.announcePhase(seq);
  } catch (thrown) {
    // Of what may be committed nothing is taken back.
    if (!(thrown instanceof UnknownPhaseError)) await takeBack(desk, broadcast.id);
    throw thrown;
  }
  const { eventId } = desk;
  ctx.domain.tell("broadcastStarted", { eventId, stageId, broadcastId: broadcast.id });
  ctx.log.info(`[stage:${stageId} broadcast:${broadcast.id}] live`);
}

async function takeBack({ ctx, stageId }: StageDesk, broadcastId: string): Promise<void> {
  const outcomes = await Promise.allSettled([
    ctx.media.request("stage:endBroadcast", { stageId, broadcastId }),
    deleteBroadcast(ctx.db, broadcastId),
  ]);
  for (const outcome of outcomes)
    if (outcome.status === "rejected")
      ctx.log.warn({ err: outcome.reason }, `[stage:${stageId} broadcast:${broadcastId}] not taken back`);
}
