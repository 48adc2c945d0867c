import { mkdirSync } from "node:fs";
import type { Mount } from "../../platform/mount.ts";
import { ConversionQueue } from "./conversion-queue.ts";
import { convertMedia } from "./convert-media.ts";
import { MediaFiles } from "./media-files.ts";
import { sweepFiles } from "./sweep-files.ts";
import { tusDoor } from "./tus-door.ts";
import { listUnconverted } from "./uploads.store.ts";

const SWEEP_INTERVAL_MS = 3_600_000;

/** Uploaded videos: the resumable upload, its conversion by jobs, and the tidying up. */
export const mountUploads: Mount = (ctx, { router }) => {
  const files = new MediaFiles(ctx.config.dataDir);
  mkdirSync(files.uploadsDir, { recursive: true });
  const queue = new ConversionQueue(ctx, (mediaId, signal) => convertMedia(ctx, files, { mediaId, signal }));
  router.all("/uploads{/*rest}", tusDoor(ctx, files, queue));
  let timer: NodeJS.Timeout | undefined;
  let tidying: Promise<void> = Promise.resolve();

  /** Every video that waits has a job, whatever happened before. */
  async function resume(): Promise<void> {
    const waiting = await listUnconverted(ctx.db);
    if (waiting.length === 0) return;
    await queue.prepare();
    for (const { id } of waiting) await ctx.db.$transaction((tx) => queue.add(id, tx));
  }

  async function tidyUp(): Promise<void> {
    try {
      await resume();
      const removed = await sweepFiles(ctx, files);
      if (removed > 0) ctx.log.info(`[uploads] ${removed} forsaken files removed`);
    } catch (err) {
      ctx.log.warn({ err }, "[uploads] not tidied up, tried again later");
    }
  }

  return {
    async start() {
      const tidyNext = () => {
        tidying = tidying.then(tidyUp);
      };
      timer = setInterval(tidyNext, SWEEP_INTERVAL_MS);
      tidyNext();
    },
    async close() {
      clearInterval(timer);
      await queue.close();
      await tidying;
    },
  };
};
