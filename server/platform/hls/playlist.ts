/*
 * Playlists of RFC 8216 and its low-latency extensions (draft-pantos-hls-rfc8216bis), written as text. Pure.
 * A media playlist is made of lines of whole segments, which never change once they are some segments old, and a tail
 * that does: so callers may keep the text of the old ones.
 */
import type { RenditionName, RunStarted } from "../../contract/segments.ts";
import type { InitFiles, ListedPart, ListedSegment, OpenSegment, RenditionReport } from "./segment-model.ts";

/** Segments are 2 s (closed GOP). EXTINF may not round above it, and it may not change (RFC 8216 4.3.3.1). */
export const TARGET_SECONDS = 2;
/** Parts of about 1/3 s cut at frame borders: 9 frames at 25 fps. A longer one raises it. */
export const PART_TARGET_SECONDS = 0.36;
/** Three and a half parts; at least twice the longest part (RFC 8216bis 4.4.3.8). */
const PART_HOLD_BACK_SECONDS = 3.5 * PART_TARGET_SECONDS;
/** At least six target durations (RFC 8216bis 4.4.3.8). */
export const SKIP_BOUNDARY_SECONDS = 6 * TARGET_SECONDS;
/** Segments at the live edge that list their parts: three target durations and the open one. */
export const SEGMENTS_WITH_PARTS = 3;
/** Every so many segments carry the date; others follow from it. Fewer than the skip boundary holds. */
const DATE_EVERY = 5;

export interface Timing {
  targetSeconds: number;
  partTargetSeconds: number;
}

/** Segments that a near playlist lists: five minutes. Longer than players keep what they played. */
export const NEAR_SEGMENTS = 150;

/**
 * How far a live playlist goes back: `whole` to the broadcast's beginning, for who rewinds; `near` some minutes, for
 * all others, who then hold no more after eight hours than after five minutes.
 */
export type Reach = "whole" | "near";

/** The name of a playlist's file; `main` is the multivariant one. */
export function playlistFile(name: RenditionName | "main", reach: Reach): string {
  if (reach === "whole") return `${name}.m3u8`;
  return name === "main" ? "near.m3u8" : `${name}-near.m3u8`;
}

/** Tags above the first segment of a live playlist. `discontinuities`: up to its first segment, that included. */
export function writeLiveHead(
  timing: Timing,
  { firstMsn, discontinuities }: { firstMsn: number; discontinuities: number },
): string {
  const { targetSeconds, partTargetSeconds } = timing;
  return [
    "#EXTM3U",
    "#EXT-X-VERSION:9",
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    `#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=${seconds(6 * targetSeconds)},` +
      `HOLD-BACK=${seconds(3 * targetSeconds)},PART-HOLD-BACK=${seconds(Math.max(PART_HOLD_BACK_SECONDS, 2 * partTargetSeconds))}`,
    `#EXT-X-PART-INF:PART-TARGET=${seconds(partTargetSeconds)}`,
    `#EXT-X-MEDIA-SEQUENCE:${firstMsn}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuities}`,
    "#EXT-X-INDEPENDENT-SEGMENTS",
    "",
  ].join("\n");
}

export function writeSkip(skippedSegments: number): string {
  return `#EXT-X-SKIP:SKIPPED-SEGMENTS=${skippedSegments}\n`;
}

/** A whole segment with what joins it to the one before (`null` for the first of the playlist). */
export function writeSegment(
  segment: ListedSegment,
  previousRun: string | null,
  initFiles: InitFiles,
  hasParts: boolean,
): string {
  const lines = joinLines(segment, previousRun, initFiles);
  if (hasParts && segment.parts !== null) lines.push(...segment.parts.map(partLine));
  if (segment.isGap) lines.push("#EXT-X-GAP");
  lines.push(`#EXTINF:${seconds(segment.durationSeconds)},`, segment.file, "");
  return lines.join("\n");
}

/** Parts of the segment in the making. */
export function writeOpenSegment(
  segment: OpenSegment,
  previousRun: string | null,
  initFiles: InitFiles,
): string {
  const lines = joinLines(segment, previousRun, initFiles);
  lines.push(...segment.parts.map(partLine), "");
  return lines.join("\n");
}

export function writePreloadHint(file: string): string {
  return `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${file}"\n`;
}

export function writeRenditionReport(
  { rendition, lastMsn, lastPart }: RenditionReport,
  reach: Reach,
): string {
  const part = lastPart === null ? "" : `,LAST-PART=${lastPart}`;
  return `#EXT-X-RENDITION-REPORT:URI="${playlistFile(rendition, reach)}",LAST-MSN=${lastMsn}${part}\n`;
}

export const ENDLIST = "#EXT-X-ENDLIST\n";

/** A finished playlist over segments of any runs, with a discontinuity wherever two do not follow each other. */
export function writeVodPlaylist(segments: readonly ListedSegment[], initFiles: InitFiles): string {
  const target = segments.reduce(
    (most, one) => Math.max(most, Math.round(one.durationSeconds)),
    TARGET_SECONDS,
  );
  const head = [
    "#EXTM3U",
    "#EXT-X-VERSION:7",
    `#EXT-X-TARGETDURATION:${target}`,
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-INDEPENDENT-SEGMENTS",
  ];
  const body = segments.flatMap((segment, index) => {
    const before = segments[index - 1];
    const isJoined = before === undefined || (before.run === segment.run && before.msn + 1 === segment.msn);
    const isNewRun = before?.run !== segment.run;
    const lines: string[] = [];
    if (!isJoined) lines.push("#EXT-X-DISCONTINUITY");
    if (isNewRun) lines.push(mapLine(initFiles.get(segment.run)));
    if (!isJoined || isNewRun) lines.push(dateLine(segment.programDateTimeMs));
    return [...lines, `#EXTINF:${seconds(segment.durationSeconds)},`, segment.file];
  });
  return [...head, ...body, ENDLIST].join("\n");
}

type Rendition = RunStarted["renditions"][number];

/** Both rungs with the shared sound, and the sound alone as the lowest variant. */
export function writeMultivariantPlaylist(renditions: readonly Rendition[], reach: Reach = "whole"): string {
  const audio = renditions.find((rendition) => rendition.name === "aud");
  const videos = renditions.filter((rendition) => rendition.name !== "aud");
  const lines = ["#EXTM3U", "#EXT-X-VERSION:9", "#EXT-X-INDEPENDENT-SEGMENTS"];
  if (audio !== undefined && videos.length > 0) {
    lines.push(
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aud",NAME="programme",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",' +
        `URI="${playlistFile("aud", reach)}"`,
    );
  }
  for (const video of videos) lines.push(...videoVariant(video, audio), playlistFile(video.name, reach));
  if (audio !== undefined) {
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${audio.bandwidth},CODECS="${audio.codecs}"${videos.length > 0 ? ',AUDIO="aud"' : ""}`,
      playlistFile("aud", reach),
    );
  }
  return `${lines.join("\n")}\n`;
}

function videoVariant(video: Rendition, audio: Rendition | undefined): string[] {
  const attributes = [
    `BANDWIDTH=${video.bandwidth + (audio?.bandwidth ?? 0)}`,
    `CODECS="${[video.codecs, ...(audio === undefined ? [] : [audio.codecs])].join(",")}"`,
  ];
  if (video.widthPx !== undefined && video.heightPx !== undefined) {
    attributes.push(`RESOLUTION=${video.widthPx}x${video.heightPx}`);
  }
  if (video.frameRate !== undefined) attributes.push(`FRAME-RATE=${video.frameRate.toFixed(3)}`);
  if (audio !== undefined) attributes.push('AUDIO="aud"');
  return [`#EXT-X-STREAM-INF:${attributes.join(",")}`];
}

/** What stands between a segment and the one before it. */
function joinLines(
  segment: Pick<ListedSegment, "run" | "msn" | "programDateTimeMs">,
  previousRun: string | null,
  initFiles: InitFiles,
): string[] {
  const lines: string[] = [];
  const isNewRun = previousRun !== segment.run;
  if (isNewRun && previousRun !== null) lines.push("#EXT-X-DISCONTINUITY");
  if (isNewRun) lines.push(mapLine(initFiles.get(segment.run)));
  if (isNewRun || segment.msn % DATE_EVERY === 0) lines.push(dateLine(segment.programDateTimeMs));
  return lines;
}

function mapLine(initFile: string | undefined): string {
  if (initFile === undefined) throw new Error("a listed run has no init segment");
  return `#EXT-X-MAP:URI="${initFile}"`;
}

function dateLine(programDateTimeMs: number): string {
  return `#EXT-X-PROGRAM-DATE-TIME:${new Date(programDateTimeMs).toISOString()}`;
}

function partLine(part: ListedPart): string {
  const independent = part.isIndependent ? ",INDEPENDENT=YES" : "";
  return `#EXT-X-PART:DURATION=${seconds(part.durationSeconds)},URI="${part.file}"${independent}`;
}

/** Six decimals are a microsecond; trailing zeros are left away. */
function seconds(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}
