import type { ServerContext } from "../../platform/context.ts";
import type { BroadcastIndexes } from "../../platform/hls/broadcast-index.ts";
import { planReplay } from "./replay-plan.ts";

const AT_ONCE = 500;

/**
 * Writes the exact duration of recordings whose broadcast is over, and takes back those of which nothing was kept
 * (the mixer or the disk failed throughout). `broadcastId` `null`: all that were not measured, after a restart.
 */
export async function measureRecordings(
  ctx: Pick<ServerContext, "db" | "domain" | "log">,
  indexes: BroadcastIndexes,
  broadcastId: string | null,
): Promise<void> {
  const rows = await ctx.db.recording.findMany({
    where: {
      durationSeconds: null,
      broadcast: { endedAt: { not: null } },
      ...(broadcastId ? { broadcastId } : {}),
    },
    include: { broadcast: { select: { stage: { select: { id: true, eventId: true } } } } },
    orderBy: { startedAt: "desc" },
    take: AT_ONCE,
  });
  for (const row of rows) {
    const index = await indexes.read(row.broadcastId);
    const range = { startedAtMs: row.startedAt.getTime(), endedAtMs: row.endedAt.getTime() };
    const { durationSeconds } = planReplay(index, range);
    const isEmpty = durationSeconds === 0;
    if (isEmpty) ctx.log.warn(`[recording:${row.id}] has no segments, taken back`);
    const data = { durationSeconds, ...(isEmpty ? { isPublished: false } : {}) };
    await ctx.db.recording.update({ where: { id: row.id }, data });
    const { id: stageId, eventId } = row.broadcast.stage;
    ctx.domain.tell("recordingChanged", { eventId, stageId, recordingId: row.id });
  }
}
