import { mkdir, readFile } from "node:fs/promises";
import { type ConversionCommand, TitleCard } from "../../contract/convert.ts";
import type { ServerContext } from "../../platform/context.ts";
import { presentMedia } from "../../platform/present.ts";
import { runConversion } from "./conversion-process.ts";
import type { MediaFiles } from "./media-files.ts";
import { findMedia, type MediaRow, removeOlderMedia, updateMedia } from "./uploads.store.ts";

const LIMITS = { maxSeconds: 12 * 3600, maxSidePx: 7680, maxStreams: 16 } as const;
const PROGRESS_INTERVAL_MS = 1_000;

/**
 * The job: turns what was uploaded into the video that can be shown. Done again it does nothing; stopped half-way it
 * starts from the beginning. @throws when it should be tried again
 */
export async function convertMedia(
  ctx: ServerContext,
  files: MediaFiles,
  { mediaId, signal }: { mediaId: string; signal: AbortSignal },
): Promise<void> {
  const found = await findMedia(ctx.db, mediaId);
  if (found?.state !== "queued" && found?.state !== "converting") return;
  const media = await updateMedia(ctx.db, mediaId, { state: "converting", progress: 0 });
  if (!media) return;
  tellState(ctx, media);
  await mkdir(files.mediaDir, { recursive: true });
  const outcome = await runConversion(await commandOf(media, files), {
    signal,
    onProgress: keepProgress(ctx, media),
  });
  const { uploadId } = media;
  const isReady = outcome.type === "finished";
  const done = await updateMedia(
    ctx.db,
    mediaId,
    isReady
      ? {
          state: "ready",
          progress: 1,
          durationSeconds: outcome.durationSeconds,
          failure: null,
          uploadId: null,
        }
      : { state: "failed", failure: outcome.failure, uploadId: null },
  );
  if (uploadId !== null) await files.removeUpload(uploadId);
  if (!done || !isReady) await files.removeVideo(mediaId);
  if (!isReady)
    ctx.log.warn({ reason: outcome.reason }, `[media:${mediaId}] not converted: ${outcome.failure}`);
  if (!done) return;
  if (isReady)
    for (const older of await removeOlderMedia(ctx.db, done, ["ready", "failed", "uploading"])) {
      await files.removeVideo(older.id);
      if (older.uploadId !== null) await files.removeUpload(older.uploadId);
    }
  tellState(ctx, done);
}

/** To open organiser pages and to the features that show videos. */
export function tellState(ctx: ServerContext, media: MediaRow): void {
  const { presentationId, id: mediaId } = media;
  const { stageId, stage } = media.presentation;
  tellProgress(ctx, media);
  ctx.domain.tell("mediaChanged", { eventId: stage.eventId, stageId, presentationId, mediaId });
}

function tellProgress(ctx: ServerContext, media: MediaRow): void {
  const { eventId } = media.presentation.stage;
  const { presentationId } = media;
  ctx.notify.toManagers(eventId, "media:progressed", { presentationId, media: presentMedia(media) });
}

async function commandOf(media: MediaRow, files: MediaFiles): Promise<ConversionCommand> {
  const outputPath = files.video(media.id);
  if (media.uploadId !== null)
    return { type: "convert", inputPath: files.upload(media.uploadId), outputPath, limits: LIMITS };
  const card = TitleCard.parse(JSON.parse(await readFile(files.card(media.id), "utf8")));
  return { type: "compose", card, outputPath };
}

function keepProgress(ctx: ServerContext, media: MediaRow): (progress: number) => void {
  let lastMs = 0;
  return (progress) => {
    if (performance.now() - lastMs < PROGRESS_INTERVAL_MS) return;
    lastMs = performance.now();
    tellProgress(ctx, { ...media, progress });
    updateMedia(ctx.db, media.id, { progress }).catch((err: unknown) =>
      ctx.log.debug({ err }, `[media:${media.id}] progress not kept`),
    );
  };
}
