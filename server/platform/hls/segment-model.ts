import type { RenditionName } from "../../contract/segments.ts";

/** One part of a segment, as a playlist lists it. */
export interface ListedPart {
  file: string;
  durationSeconds: number;
  isIndependent: boolean;
}

/** One whole segment of one rendition. The same `msn` is the same time in every rendition of a broadcast. */
export interface ListedSegment {
  run: string;
  msn: number;
  file: string;
  durationSeconds: number;
  programDateTimeMs: number;
  /** Its bytes are lost; players are told to skip it. */
  isGap: boolean;
  /** `null` when they are no longer, or were never, in memory. */
  parts: readonly ListedPart[] | null;
}

/** The segment that is being made: only its parts exist. */
export interface OpenSegment {
  run: string;
  msn: number;
  programDateTimeMs: number;
  parts: readonly ListedPart[];
}

/** Init segment's file name by run. */
export type InitFiles = ReadonlyMap<string, string>;

/** How far another rendition has come, for EXT-X-RENDITION-REPORT. */
export interface RenditionReport {
  rendition: RenditionName;
  lastMsn: number;
  lastPart: number | null;
}
