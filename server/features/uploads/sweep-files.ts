import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ServerContext } from "../../platform/context.ts";
import type { MediaFiles } from "./media-files.ts";
import { findKnownMediaIds, findKnownUploadIds, listForsakenUploads } from "./uploads.store.ts";

/** An upload that was not finished in this time is given up. */
const FORSAKEN_MS = 48 * 3_600_000;
/** A file may be there a moment before its row. */
const YOUNG_MS = 10 * 60_000;

/** Removes uploads that nobody goes on with, and files whose rows are gone. Returns how many. */
export async function sweepFiles(ctx: ServerContext, files: MediaFiles): Promise<number> {
  const forsaken = await listForsakenUploads(ctx.db, new Date(ctx.now().getTime() - FORSAKEN_MS));
  await ctx.db.media.deleteMany({
    where: { id: { in: forsaken.map((row) => row.id) }, state: "uploading" },
  });
  const uploads = await removeUnknown(files.uploadsDir, (ids) => findKnownUploadIds(ctx.db, ids));
  const videos = await removeUnknown(files.mediaDir, (ids) => findKnownMediaIds(ctx.db, ids));
  return uploads + videos;
}

async function removeUnknown(
  folder: string,
  findKnown: (ids: string[]) => Promise<Set<string>>,
): Promise<number> {
  await mkdir(folder, { recursive: true });
  const names = (await readdir(folder)).slice(0, 10_000);
  const known = await findKnown([...new Set(names.map(idOf))].filter(isId));
  let removed = 0;
  for (const name of names) {
    if (known.has(idOf(name))) continue;
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (!found?.isFile() || Date.now() - found.mtimeMs < YOUNG_MS) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

/** Up to the first dot: `<id>.mp4.part`, `<id>.json`. */
function idOf(name: string): string {
  return name.split(".", 1)[0] ?? "";
}

/** Media ids are UUIDs, tus ids 32 hex digits; what is neither cannot be asked for. */
function isId(id: string): boolean {
  return /^[0-9a-f-]{32,36}$/.test(id);
}
