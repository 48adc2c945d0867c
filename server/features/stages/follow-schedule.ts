import { toAppError } from "../../platform/errors.ts";
import { endStage } from "./end-stage.ts";
import { goLive } from "./go-live.ts";
import { closeOnNode, openOnNode, tellSlate, tellVideo, throwMediaError } from "./media-calls.ts";
import { openRehearsal } from "./open-rehearsal.ts";
import { type ProgrammePlan, programmePlan } from "./programme-plan.ts";
import { itemKey } from "./schedule-entry.ts";
import type { StageDesk } from "./stage-desk.ts";

/** After a failure (media node away, database away) it is tried again so much later. */
const RETRY_MS = 5_000;

/**
 * Brings the stage, the programme and what people are told to what the schedule wants now. Doing it again changes
 * nothing. Runs in the desk's turn. Returns when to do it again at the latest; `null`: only when something changes.
 */
export async function followSchedule(desk: StageDesk): Promise<Date | null> {
  const { ctx } = desk;
  let hasFailed = false;
  try {
    await desk.freshen();
    if (ctx.media.isConnected) {
      await putInStep(desk);
      await applyPlan(desk, planOf(desk));
    }
  } catch (thrown) {
    // The rows could not be read since there are none.
    if (desk.isStale && toAppError(thrown).code === "not_found") throw thrown;
    hasFailed = true;
    ctx.log.warn({ err: toAppError(thrown) }, `[stage:${desk.stageId}] cannot follow the schedule`);
  }
  await desk.announceChanges();
  return hasFailed ? new Date(ctx.now().getTime() + RETRY_MS) : planOf(desk).wakeAt;
}

export function planOf(desk: StageDesk): ProgrammePlan {
  const { row, schedule, overItems, givenItem, slateSince } = desk;
  const { phase, phaseSince, isAutomatic } = row;
  const situation = { phase, phaseSince, isAutomatic, schedule, overItems, givenItem, slateSince };
  return programmePlan(situation, desk.ctx.now());
}

/**
 * After either side's restart, or a change of phase that nobody knew to be done: the node gets the stage, its broadcast
 * (as a new run) and, by the plan, the rest; or it is closed there.
 */
async function putInStep(desk: StageDesk): Promise<void> {
  if (desk.isInStep) return;
  const { ctx, stageId, broadcastId } = desk;
  desk.toldVideo = null;
  if (desk.isOpen) {
    const status = await openOnNode(desk);
    desk.toldSlate = null;
    if (status.broadcastId !== null && status.broadcastId !== broadcastId)
      await ctx.media
        .request("stage:endBroadcast", { stageId, broadcastId: status.broadcastId })
        .catch(throwMediaError);
    if (broadcastId !== null && status.broadcastId !== broadcastId) {
      const isBackstageHeldBack = desk.row.broadcasts[0]?.isScheduled ?? false;
      const told = desk.told.find(broadcastId) ?? undefined;
      await ctx.media
        .request("stage:startBroadcast", { stageId, broadcastId, isBackstageHeldBack, told })
        .catch(throwMediaError);
      ctx.log.info(`[stage:${stageId} broadcast:${broadcastId}] taken up again`);
    }
  } else if (desk.row.phase === "closed" && desk.toldSlate !== null) await closeOnNode(desk);
  desk.isInStep = true;
}

async function applyPlan(desk: StageDesk, plan: ProgrammePlan): Promise<void> {
  if (plan.shouldEnd) await endStage(desk);
  if (plan.shouldGoLive) {
    if (!desk.isOpen) await openRehearsal(desk, { isAutomatic: true });
    await goLive(desk, { isAutomatic: true });
  }
  if (!desk.isOpen) return;
  const video = desk.row.phase === "live" ? plan.video : null;
  await tellVideo(desk, video);
  desk.give(video && itemKey(video, video.startedAt));
  await tellSlate(desk);
}
