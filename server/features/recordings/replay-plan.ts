/*
 * What a recording plays: the segments of its broadcast between two instants, the same in every rendition. Pure.
 */
import {
  type RenditionName,
  type RunStarted,
  renditionNames,
  type SegmentWritten,
  type ThumbnailWritten,
} from "../../contract/segments.ts";
import type { ListedSegment } from "../../platform/hls/segment-model.ts";

export interface PlannedThumbnail {
  file: string;
  /** On the replay's own clock. */
  atSeconds: number;
}

export interface ReplayPlan {
  /** Without those that have no segments; the newest run's description of each. */
  renditions: RunStarted["renditions"];
  segments: ReadonlyMap<RenditionName, readonly ListedSegment[]>;
  /** Init segment's file by rendition and run. */
  initFiles: ReadonlyMap<RenditionName, ReadonlyMap<string, string>>;
  /** Sum of the first rendition's segments. */
  durationSeconds: number;
  thumbnails: readonly PlannedThumbnail[];
  /** Bytes of every file that may be fetched; `null`: not known, whatever is on disk. */
  files: ReadonlyMap<string, number | null>;
}

export interface RecordedIndex {
  runs: ReadonlyMap<string, RunStarted>;
  segments: ReadonlyMap<RenditionName, readonly SegmentWritten[]>;
  thumbnails: readonly ThumbnailWritten[];
}

/** Segments that lie at least half within the range, and only instants that every rendition has. */
export function planReplay(
  index: RecordedIndex,
  range: { startedAtMs: number; endedAtMs: number },
): ReplayPlan {
  const names = renditionNames.filter((name) => (index.segments.get(name)?.length ?? 0) > 0);
  const kept = names.map((name) => index.segments.get(name)!.filter((line) => isWithin(line, range)));
  const counts = new Map<number, number>();
  for (const line of kept.flat()) counts.set(line.msn, (counts.get(line.msn) ?? 0) + 1);
  const segments = new Map(
    names.map((name, at) => [
      name,
      kept[at]!.filter((line) => counts.get(line.msn) === names.length).map(listed),
    ]),
  );
  const first = segments.get(names[0] ?? "v720") ?? [];
  const runs = [...index.runs.values()].filter((run) => first.some((segment) => segment.run === run.run));
  const thumbnails = placeThumbnails(index.thumbnails, first);
  const initFiles = initFilesOf(runs);
  return {
    renditions: (runs.at(-1)?.renditions ?? []).filter(({ name }) => segments.has(name)),
    segments,
    initFiles,
    durationSeconds: round(first.reduce((sum, segment) => sum + segment.durationSeconds, 0)),
    thumbnails,
    files: new Map<string, number | null>([
      ...kept.flat().map((line) => [line.file, line.bytes] as const),
      ...[...initFiles.values()].flatMap((byRun) => [...byRun.values()].map((file) => [file, null] as const)),
      ...thumbnails.map(({ file }) => [file, null] as const),
    ]),
  };
}

function isWithin(
  line: SegmentWritten,
  { startedAtMs, endedAtMs }: { startedAtMs: number; endedAtMs: number },
) {
  const lengthMs = line.durationSeconds * 1000;
  const endMs = line.programDateTimeMs + lengthMs;
  const commonMs = Math.min(endMs, endedAtMs) - Math.max(line.programDateTimeMs, startedAtMs);
  return commonMs > 0 && commonMs >= Math.min(lengthMs, endedAtMs - startedAtMs) / 2;
}

function listed(line: SegmentWritten): ListedSegment {
  const { run, msn, file, durationSeconds, programDateTimeMs } = line;
  return { run, msn, file, durationSeconds, programDateTimeMs, isGap: false, parts: null };
}

function initFilesOf(runs: readonly RunStarted[]): Map<RenditionName, Map<string, string>> {
  const files = new Map<RenditionName, Map<string, string>>();
  for (const { run, renditions } of runs) {
    for (const { name, initFile } of renditions) {
      files.set(name, (files.get(name) ?? new Map<string, string>()).set(run, initFile));
    }
  }
  return files;
}

/** Those that show a moment of the recording, in order. */
function placeThumbnails(
  thumbnails: readonly ThumbnailWritten[],
  segments: readonly ListedSegment[],
): PlannedThumbnail[] {
  const ordered = [...thumbnails].sort((a, b) => a.atMs - b.atMs);
  const placed: PlannedThumbnail[] = [];
  let elapsed = 0;
  let next = 0;
  for (const { programDateTimeMs, durationSeconds } of segments) {
    const endMs = programDateTimeMs + durationSeconds * 1000;
    while (next < ordered.length && ordered[next]!.atMs < programDateTimeMs) next++;
    for (; next < ordered.length && ordered[next]!.atMs < endMs; next++) {
      const { file, atMs } = ordered[next]!;
      placed.push({ file, atSeconds: round(elapsed + (atMs - programDateTimeMs) / 1000) });
    }
    elapsed += durationSeconds;
  }
  return placed;
}

/** The picture a third into the recording: past the greetings, before the thanks. */
export function choosePoster({ thumbnails, durationSeconds }: ReplayPlan): string | null {
  const wanted = durationSeconds / 3;
  const nearest = [...thumbnails].sort(
    (a, b) => Math.abs(a.atSeconds - wanted) - Math.abs(b.atSeconds - wanted),
  )[0];
  return nearest?.file ?? null;
}

function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
