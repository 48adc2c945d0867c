import { statfs } from "node:fs/promises";

/** PostgreSQL takes its write-ahead log's room by 16 MB; below two of them it may have to stop at any moment. */
const ENOUGH_BYTES = 32 * 1024 * 1024;
const LOOK_EVERY_MS = 3_000;

/** Says when the database's disk is full, and when it has room again. @returns how to stop */
export function watchRoom(folder: string, say: (sentence: string) => void): () => void {
  let isFull = false;
  const look = async () => {
    const { bavail, bsize } = await statfs(folder);
    const bytes = bavail * bsize;
    if (bytes < ENOUGH_BYTES === isFull) return;
    isFull = !isFull;
    say(
      isFull
        ? `The database's disk is full (${Math.floor(bytes / 1024 / 1024)} MB left for ${folder}): what people write waits until there is room, what is live goes on`
        : "The database's disk has room again",
    );
  };
  const timer = setInterval(() => void look().catch(() => {}), LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
