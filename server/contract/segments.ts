import { z } from "zod";
import { ServedFileName } from "./ids.ts";

/** Renditions of a broadcast: two video rungs and one audio rendition that both share. */
export const renditionNames = ["v720", "v360", "aud"] as const;
export const RenditionName = z.enum(renditionNames);
export type RenditionName = z.infer<typeof RenditionName>;

/** `r1`, `r2`, …: one life of the mixer within a broadcast. */
export const RunName = z.string().regex(/^r[1-9][0-9]{0,4}$/);

const instantMs = z.number().min(0);

/** A run began: its renditions' init segments are on disk. First line of each run in `index.jsonl`. */
export const RunStarted = z.strictObject({
  type: z.literal("run"),
  run: RunName,
  startedAtMs: instantMs,
  renditions: z
    .array(
      z.strictObject({
        name: RenditionName,
        initFile: ServedFileName,
        /** RFC 6381, e.g. `avc1.42c01f` or `mp4a.40.2`. */
        codecs: z.string().max(64),
        /** Peak bits per second, for EXT-X-STREAM-INF. */
        bandwidth: z.int().min(1),
        widthPx: z.int().optional(),
        heightPx: z.int().optional(),
        frameRate: z.number().optional(),
        /** The init segment itself; added by the segment store, so that nobody needs the file for it. */
        initBase64: z.base64().max(16_384).optional(),
      }),
    )
    .max(8),
});
export type RunStarted = z.infer<typeof RunStarted>;

/** One part of the live edge. Its bytes travel beside it; `file` exists in memory only. */
export const PartWritten = z.strictObject({
  type: z.literal("part"),
  run: RunName,
  rendition: RenditionName,
  /** Media sequence number of the segment it belongs to; counts on over runs, from 0. */
  msn: z.int().min(0),
  part: z.int().min(0).max(64),
  file: ServedFileName,
  durationSeconds: z.number().positive(),
  isIndependent: z.boolean(),
  /** Ends its segment, so that a playlist closes it at once; added by the segment store. */
  isLastOfSegment: z.boolean().optional(),
  /** Wall-clock instant of its first sample, ms since the epoch. */
  programDateTimeMs: instantMs,
});
export type PartWritten = z.infer<typeof PartWritten>;

/** A segment is whole and on disk. Line of `index.jsonl`. */
export const SegmentWritten = z.strictObject({
  type: z.literal("segment"),
  run: RunName,
  rendition: RenditionName,
  msn: z.int().min(0),
  file: ServedFileName,
  durationSeconds: z.number().positive(),
  programDateTimeMs: instantMs,
  bytes: z.int().min(0),
});
export type SegmentWritten = z.infer<typeof SegmentWritten>;

/** A picture of the programme for posters and seek previews. Line of `index.jsonl`. */
export const ThumbnailWritten = z.strictObject({
  type: z.literal("thumbnail"),
  file: ServedFileName,
  atMs: instantMs,
});
export type ThumbnailWritten = z.infer<typeof ThumbnailWritten>;

/**
 * The run ended (mixer closed or died). As a notice it is told at once, and `segment` notices of segments that were
 * still on their way to the disk may follow; in `index.jsonl` it is the run's last line.
 */
export const RunEnded = z.strictObject({
  type: z.literal("runEnd"),
  run: RunName,
  endedAtMs: instantMs,
});
export type RunEnded = z.infer<typeof RunEnded>;

export const IndexLine = z.discriminatedUnion("type", [
  RunStarted,
  SegmentWritten,
  ThumbnailWritten,
  RunEnded,
]);
export type IndexLine = z.infer<typeof IndexLine>;

/** What the HLS edge hears of a broadcast, in order. `part` comes with bytes. */
export const StoreNotice = z.discriminatedUnion("type", [
  RunStarted,
  PartWritten,
  SegmentWritten,
  ThumbnailWritten,
  RunEnded,
]);
export type StoreNotice = z.infer<typeof StoreNotice>;

/** Folder of a broadcast holds this file: one JSON line per IndexLine, append only. */
export const INDEX_FILE = "index.jsonl";

/** One line of `index.jsonl`; `null` for a torn or foreign one. */
export function readIndexLine(line: string): IndexLine | null {
  try {
    return IndexLine.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}
