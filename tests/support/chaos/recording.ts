/* What is on disk of the broadcast that is live: its recording, segment by segment, as the index lists it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { INDEX_FILE, type IndexLine, readIndexLine } from "../../../server/contract/segments.ts";
import { waitFor } from "../wait-for.ts";
import type { StandingLoad } from "./standing-load.ts";

type Recorded = Extract<IndexLine, { type: "segment" }>;
/** A segment takes two seconds, and a slow disk some more. */
const RECORDED_WITHIN_MS = 20_000;

/** The longest hole between two segments that lies after `sinceMs`, seconds. */
export function readRecordingGap(load: StandingLoad, sinceMs: number): number {
  let longestS = 0;
  for (const segments of readRenditions(load))
    for (const [index, { programDateTimeMs }] of segments.entries()) {
      const before = segments[index - 1];
      if (!before || programDateTimeMs < sinceMs) continue;
      longestS = Math.max(longestS, (programDateTimeMs - endOf(before)) / 1000);
    }
  return longestS;
}

/** Until what was programme at `atMs` (default now) is on disk, in each rendition. @throws when it does not come */
export async function untilRecorded(load: StandingLoad, atMs = Date.now()): Promise<void> {
  const isRecorded = () => {
    const ends = readRenditions(load).map((segments) => endOf(segments.at(-1)!));
    return ends.length > 0 && ends.every((endMs) => endMs >= atMs);
  };
  await waitFor(isRecorded, { timeoutMs: RECORDED_WITHIN_MS, what: "a recording of this moment" });
}

/** Until when the shortest of the renditions is on disk, ms since 1970. */
export function readRecordedUntil(load: StandingLoad): number {
  return Math.min(...readRenditions(load).map((segments) => endOf(segments.at(-1)!)));
}

/** Names of whole segments, inits and pictures of the broadcast. */
export function listRecorded({ place, broadcastId }: StandingLoad): string[] {
  const names = readdirSync(join(place.dataDir, "segments", broadcastId), { recursive: true });
  return names.map(String).filter((name) => /\.(?:m4s|mp4|jpg)$/.test(name));
}

/** In order, per rendition. */
function readRenditions({ place, broadcastId }: StandingLoad): Recorded[][] {
  const text = readFileSync(join(place.dataDir, "segments", broadcastId, INDEX_FILE), "utf8");
  const segments = text
    .split("\n")
    .map(readIndexLine)
    .filter((line): line is Recorded => line?.type === "segment");
  const renditions = Map.groupBy(segments, ({ rendition }) => rendition);
  return [...renditions.values()].map((own) => own.sort((a, b) => a.msn - b.msn));
}

function endOf({ programDateTimeMs, durationSeconds }: Recorded): number {
  return programDateTimeMs + durationSeconds * 1000;
}
