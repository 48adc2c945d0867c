import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TitleCard } from "../../server/contract/convert.ts";
import { findCacheDir } from "../worker/cache-dir.mjs";
import { composeCard } from "./compose-card.ts";

/** What the picture is made by: with another recipe a kept video is another video. */
const RECIPE = ["./compose-card.ts", "./encode-file.ts", "../../server/contract/convert.ts"];

/**
 * `composeCard`, made once a machine: the same card is half a minute of work for the processor each time, and every
 * new data folder has the same demo. Kept beside mediasoup's worker; where nothing can be kept, it is just made.
 * @returns its length in seconds.
 */
export async function composeOrCopyCard(
  card: TitleCard,
  outputPath: string,
  onProgress: (progress: number) => void,
): Promise<number> {
  const folder = join(findCacheDir(), "title-cards");
  const kept = join(folder, (await keyOf(card)).slice(0, 32));
  try {
    const { durationSeconds } = JSON.parse(await readFile(`${kept}.json`, "utf8")) as {
      durationSeconds: number;
    };
    await copyFile(`${kept}.mp4`, outputPath);
    return durationSeconds;
  } catch {
    const durationSeconds = await composeCard(card, outputPath, onProgress);
    await keep(folder, kept, outputPath, durationSeconds).catch(() => {});
    return durationSeconds;
  }
}

async function keyOf(card: TitleCard): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(card));
  for (const file of RECIPE) hash.update(await readFile(new URL(file, import.meta.url)));
  return hash.digest("hex");
}

/** Whole or not at all: the length is written last. */
async function keep(folder: string, kept: string, made: string, durationSeconds: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const part = `${kept}.${process.pid}`;
  await copyFile(made, part);
  await rename(part, `${kept}.mp4`);
  await writeFile(part, JSON.stringify({ durationSeconds }));
  await rename(part, `${kept}.json`);
}
