import { join } from "node:path";
import { FileCache } from "../../platform/hls/file-cache.ts";
import type { Mount } from "../../platform/mount.ts";
import { LiveEdge } from "./live-edge.ts";
import { LiveRequests } from "./live-requests.ts";

/** Segments older than the live window, for those who rewind. */
const FILE_CACHE_BYTES = 64 * 1024 * 1024;

/** The programme as HLS while it is live. */
export const mountProgramme: Mount = (ctx, doors) => {
  const edge = LiveEdge.create({
    segmentsFolder: join(ctx.config.dataDir, "segments"),
    media: ctx.media,
    log: ctx.log,
    readBroadcast: (id) => ctx.db.broadcast.findUnique({ where: { id }, select: { endedAt: true } }),
    now: () => ctx.now(),
  });
  const requests = new LiveRequests({ edge, files: new FileCache(FILE_CACHE_BYTES), log: ctx.log });
  ctx.metrics.watch({
    name: "torilla_hls_waiting",
    help: "Requests of live HLS that wait for a part or a playlist",
    read: () => requests.waitingCount,
  });
  doors.beforeExpress((request, response) => requests.handle(request, response));
  doors.fromMemory((url) => requests.findAnswer(url));
  const undo = [
    ctx.domain.on("broadcastStarted", ({ broadcastId }) => edge.broadcastStarted(broadcastId)),
    ctx.domain.on("broadcastEnded", ({ broadcastId }) => edge.broadcastEnded(broadcastId)),
  ];
  return {
    async close() {
      for (const one of undo) one();
      edge.close();
    },
  };
};
