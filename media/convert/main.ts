/*
 * The conversion process: does one command that its parent sends, tells how it goes, and ends. It is a process of
 * its own, below everybody else's priority, since it decodes what strangers upload; it ends when its parent does.
 */
import { setPriority } from "node:os";
import { AV_LOG_FATAL } from "node-av/constants";
import { Log } from "node-av/lib";
import { ConversionCommand, type ConversionNotice } from "../../server/contract/convert.ts";
import { ConversionRefused } from "./conversion-refused.ts";
import { encodeToFile } from "./encode-file.ts";
import { endWithParent } from "./end-with-parent.ts";
import { composeOrCopyCard } from "./kept-card.ts";
import { limitMemory } from "./limit-memory.ts";
import { openUpload } from "./open-upload.ts";

/** The lowest: whoever is live goes first. */
const NICE = 19;
const PROGRESS_INTERVAL_MS = 500;

setPriority(NICE);
limitMemory((rssBytes) => {
  const reason = `took ${Math.round(rssBytes / 1024 ** 2)} MiB of memory`;
  const notice: ConversionNotice = { type: "refused", failure: "too_large", reason };
  process.send?.(notice, undefined, undefined, () => process.exit(1));
});
Log.setLevel(AV_LOG_FATAL);
endWithParent();
process.once("message", (message) => void run(message));

async function run(message: unknown): Promise<void> {
  const notice = await outcomeOf(ConversionCommand.parse(message)).catch(refusalOf);
  process.send?.(notice, undefined, undefined, () => process.exit(0));
}

async function outcomeOf(command: ConversionCommand): Promise<ConversionNotice> {
  const onProgress = reportProgress();
  if (command.type === "compose") {
    const durationSeconds = await composeOrCopyCard(command.card, command.outputPath, onProgress);
    return { type: "finished", durationSeconds };
  }
  const upload = await openUpload(command.inputPath, command.limits);
  try {
    const durationSeconds = await encodeToFile(upload, command.outputPath, onProgress);
    return { type: "finished", durationSeconds };
  } finally {
    await upload.demuxer.close();
  }
}

function refusalOf(error: unknown): ConversionNotice {
  const failure = error instanceof ConversionRefused ? error.failure : "internal";
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { type: "refused", failure, reason: reason.slice(0, 2000) };
}

/** A function to call for every packet; it tells the parent at most every `PROGRESS_INTERVAL_MS`. */
function reportProgress(): (progress: number) => void {
  let lastSentMs = 0;
  return (progress) => {
    const nowMs = performance.now();
    if (nowMs - lastSentMs < PROGRESS_INTERVAL_MS) return;
    lastSentMs = nowMs;
    process.send?.({ type: "progressed", progress } satisfies ConversionNotice);
  };
}
