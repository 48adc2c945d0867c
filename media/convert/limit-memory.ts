import { writeFileSync } from "node:fs";

/** An 8K picture with all its references, the filter's copies and the encoder take about half of it. */
const MAX_RSS_BYTES = 2 * 1024 ** 3;
const LOOK_MS = 100;
/** Of -1000 to 1000: where memory runs out the kernel ends this process before all others (proc(5)). */
const OOM_SCORE = "900";

/** Calls `onExceeded` when this process holds more memory than any video that is meant to be shown needs. */
export function limitMemory(onExceeded: (rssBytes: number) => void): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", OOM_SCORE);
  } catch {
    // Not Linux.
  }
  setInterval(() => {
    const rssBytes = process.memoryUsage.rss();
    if (rssBytes > MAX_RSS_BYTES) onExceeded(rssBytes);
  }, LOOK_MS).unref();
}
