import { stat } from "node:fs/promises";
import { MediaError } from "../media-error.ts";

/** Refuses at once what the mixer could not open. @throws not_found, unsupported_media */
export async function requireVideoFile(filePath: string): Promise<void> {
  const found = await stat(filePath).catch(() => null);
  if (!found) throw new MediaError("not_found", "no such video file");
  if (!found.isFile() || found.size === 0)
    throw new MediaError("unsupported_media", "the video file is empty");
}
