import { statfs } from "node:fs/promises";
import { basename } from "node:path/posix";
import { z } from "zod";
import { PresentationId } from "../../contract/ids.ts";
import { cleanText } from "../../platform/clean-text.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import type { Actor } from "../../platform/rights.ts";
import { may } from "../../platform/rights.ts";
import { tellState } from "./convert-media.ts";
import type { MediaFiles } from "./media-files.ts";
import { countUnderWay, createMedia, findPresentationPlace, removeOlderMedia } from "./uploads.store.ts";

const MAX_UNDER_WAY = 20;
/** What must stay free on the disk beside the upload and its conversion. */
const RESERVE_BYTES = 1024 ** 3;

const Metadata = z.object({
  presentationId: PresentationId,
  filename: z
    .string()
    .transform((name) =>
      cleanText(basename(name.replaceAll("\\", "/")).slice(0, 1000))
        .replace(/\s+/g, " ")
        .slice(0, 200),
    )
    .catch(""),
});

/**
 * Lets an upload begin: its row is there before its first byte. An unfinished earlier upload to the same presentation
 * gives way. @throws unauthorised, forbidden, not_found, bad_request, too_large, too_many_requests, disk_full
 */
export async function acceptUpload(
  ctx: ServerContext,
  files: MediaFiles,
  upload: { id: string; size?: number; metadata?: Record<string, string | null>; actor: Actor },
): Promise<void> {
  const { actor, size } = upload;
  if (actor.grants.length === 0) throw AppError.unauthorised();
  const metadata = Metadata.safeParse(upload.metadata ?? {});
  if (!metadata.success)
    throw AppError.badRequest("The upload does not say to which presentation it belongs.");
  if (size === undefined || size <= 0) throw AppError.badRequest("The upload does not say how large it is.");
  const { presentationId, filename } = metadata.data;
  const place = await findPresentationPlace(ctx.db, presentationId);
  if (!place) throw AppError.notFound("presentation");
  if (!may(actor, "upload.send", place)) throw AppError.forbidden();
  if (size > ctx.config.uploadMaxBytes) throw AppError.tooLarge();
  if ((await countUnderWay(ctx.db, place.eventId)) >= MAX_UNDER_WAY) throw AppError.tooManyRequests(60_000);
  await requireSpace(files.uploadsDir, size);
  const media = await createMedia(ctx.db, {
    presentationId,
    originalName: filename || "video",
    uploadId: upload.id,
  });
  for (const older of await removeOlderMedia(ctx.db, media, ["uploading"]))
    if (older.uploadId !== null) await files.removeUpload(older.uploadId);
  tellState(ctx, media);
}

async function requireSpace(folder: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < size * 2 + RESERVE_BYTES)
    throw new AppError("disk_full", "The disk has no room for this file.");
}
