import type { Language, LocalText } from "../../contract/ids.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import { presentText } from "../../platform/present.ts";
import { changePhase } from "./change-phase.ts";
import { clockTime } from "./clock-time.ts";
import { tellSlate, tellVideo, throwMediaError } from "./media-calls.ts";
import { recordedRanges } from "./recorded-ranges.ts";
import type { StageDesk } from "./stage-desk.ts";
import { nextStageState } from "./stage-state.ts";
import { endBroadcast } from "./stages.store.ts";

/**
 * live → ended: the last segment is on disk, then the phase and the recordings are committed together.
 * @throws wrong_phase, media_unavailable: then the stage is still live and End may be pressed again
 */
export async function endStage(desk: StageDesk): Promise<void> {
  const { ctx, stageId, eventId, state } = desk;
  if (state.phase !== "live") throw AppError.wrongPhase("Only a live stage can be ended.");
  const { broadcastId } = state;
  const endedAt = await endOnNode(desk, broadcastId);
  if (!nextStageState(state, { type: "end", at: endedAt }))
    throw AppError.wrongPhase("Only a live stage can be ended.");
  const ranges = recordedRanges(desk.schedule, {
    startedAt: state.liveSince,
    endedAt,
    title: broadcastTitle(desk, state.liveSince),
  });
  let recordingIds: string[] = [];
  const seq = await changePhase(
    desk,
    { from: ["live"], to: "ended", at: endedAt, isAutomatic: false },
    async (tx) => {
      recordingIds = await endBroadcast(tx, { broadcastId, endedAt, ranges });
    },
  );
  Object.assign(desk.row, { phase: "ended", phaseSince: endedAt, isAutomatic: false, broadcasts: [] });
  desk.isRecordingFailing = false;
  desk.announcePhase(seq);
  ctx.domain.tell("broadcastEnded", { eventId, stageId, broadcastId });
  ctx.log.info(`[stage:${stageId} broadcast:${broadcastId}] ended, ${ranges.length} recordings`);
  desk.isStale = true;
  await Promise.allSettled([desk.freshen(), tellVideo(desk, null), tellSlate(desk)]);
  for (const recordingId of recordingIds)
    ctx.domain.tell("recordingChanged", { eventId, stageId, recordingId });
}

/** `Pääsali, 22.11. klo 9.00`: a stage may be live several times. */
function broadcastTitle({ row }: StageDesk, liveSince: Date): LocalText {
  const name = presentText(row.name);
  const titleIn = (language: Language) => {
    const time = clockTime(liveSince, new Date(0), { language, timeZone: row.event.timeZone });
    return `${(name[language] || name.fi).slice(0, 170)}, ${time}`;
  };
  return { fi: titleIn("fi"), sv: titleIn("sv"), en: titleIn("en") };
}

/** A node that knows nothing of the broadcast any more has ended it: what is on disk is what there is. */
async function endOnNode({ ctx, stageId }: StageDesk, broadcastId: string): Promise<Date> {
  try {
    const { endedAtMs } = await ctx.media.request("stage:endBroadcast", { stageId, broadcastId });
    return new Date(endedAtMs);
  } catch (thrown) {
    if (toAppError(thrown).code === "not_found") return ctx.now();
    return throwMediaError(thrown);
  }
}
