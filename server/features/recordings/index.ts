import { join } from "node:path";
import { BroadcastIndexes } from "../../platform/hls/broadcast-index.ts";
import { FileCache } from "../../platform/hls/file-cache.ts";
import type { Mount } from "../../platform/mount.ts";
import { measureRecordings } from "./measure-recordings.ts";
import { mountRecordingRoutes } from "./recordings.routes.ts";
import { ReplayRequests } from "./replay-requests.ts";
import { Replays } from "./replays.ts";

/** Segments of the replays that are watched most. */
const FILE_CACHE_BYTES = 128 * 1024 * 1024;

const row = { id: true, broadcastId: true, startedAt: true, endedAt: true, isPublished: true } as const;

/** Replays of what was live, and taking them back. */
export const mountRecordings: Mount = (ctx, doors) => {
  const segmentsFolder = join(ctx.config.dataDir, "segments");
  const indexes = new BroadcastIndexes(segmentsFolder);
  const replays = new Replays({
    indexes,
    readRow: (id) => ctx.db.recording.findUnique({ where: { id }, select: row }),
    onFailure: (err) => ctx.log.warn({ err }, "[recordings] a row cannot be read, the last one is believed"),
  });
  const requests = new ReplayRequests({
    replays,
    segmentsFolder,
    files: new FileCache(FILE_CACHE_BYTES),
    log: ctx.log,
  });
  doors.beforeExpress((request, response) => requests.handle(request, response));
  mountRecordingRoutes(ctx, doors.router);
  /** One counting after the other; never rejects. */
  let measured: Promise<void> = Promise.resolve();
  const measure = (broadcastId: string | null) => {
    measured = measured
      .then(() => measureRecordings(ctx, indexes, broadcastId))
      .catch((err: unknown) => ctx.log.error({ err }, "[recordings] durations could not be counted"));
  };
  const undo = [
    ctx.domain.on("recordingChanged", ({ recordingId }) => replays.changed(recordingId)),
    ctx.domain.on("broadcastEnded", ({ broadcastId }) => measure(broadcastId)),
  ];
  return {
    async start() {
      measure(null);
    },
    async close() {
      for (const one of undo) one();
      await measured;
    },
  };
};
