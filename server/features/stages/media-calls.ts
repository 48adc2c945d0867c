/*
 * What the stage's use cases ask of the media node. Each call is idempotent there, and has the link's deadline.
 */
import type { MediaRequestResult } from "../../contract/media.ts";
import { AppError, toAppError } from "../../platform/errors.ts";
import { itemKey } from "./schedule-entry.ts";
import type { StageDesk } from "./stage-desk.ts";

/** Opens the stage on the node, or finds it open. @throws media_unavailable */
export async function openOnNode(desk: StageDesk): Promise<MediaRequestResult<"stage:open">> {
  const slate = desk.slate();
  const status = await desk.ctx.media
    .request("stage:open", { stageId: desk.stageId, slate })
    .catch(throwMediaError);
  desk.toldSlate = slate;
  desk.setScene(status.scene);
  desk.isProgrammeFailing = status.isFailing;
  return status;
}

/** A node that is away or has forgotten the stage is put right when it is back. */
export async function closeOnNode(desk: StageDesk): Promise<void> {
  desk.toldSlate = null;
  desk.toldVideo = null;
  desk.setScene("slate");
  await desk.ctx.media.request("stage:close", { stageId: desk.stageId }).catch((thrown: unknown) => {
    desk.ctx.log.warn({ err: toAppError(thrown) }, `[stage:${desk.stageId}] not closed on the media node`);
  });
}

/** Tells the node of a slate that differs from the one it has. */
export async function tellSlate(desk: StageDesk): Promise<void> {
  const slate = desk.slate();
  if (JSON.stringify(slate) === JSON.stringify(desk.toldSlate)) return;
  await desk.ctx.media.request("stage:setSlate", { stageId: desk.stageId, slate }).catch(throwMediaError);
  desk.toldSlate = slate;
}

/** `null` takes the video off. Does nothing when the node has it so already. */
export async function tellVideo(
  desk: StageDesk,
  video: { mediaId: string; startedAt: Date } | null,
): Promise<void> {
  const key = video ? itemKey(video, video.startedAt) : "none";
  if (key === desk.toldVideo) return;
  const item = video && {
    itemId: video.mediaId,
    file: `${video.mediaId}.mp4`,
    startedAt: video.startedAt.toISOString(),
  };
  await desk.ctx.media
    .request("stage:setVideo", { stageId: desk.stageId, video: item })
    .catch(throwMediaError);
  desk.toldVideo = key;
}

/** Whatever keeps the node from doing its part is one thing to people: the media is not to be had now. */
export function throwMediaError(thrown: unknown): never {
  const error = toAppError(thrown);
  if (error.code === "internal" || error.code === "timeout") throw AppError.mediaUnavailable(thrown);
  throw error;
}
