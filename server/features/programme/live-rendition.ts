/*
 * One rendition of a live broadcast: its segments from the beginning (`msn` is the place in the list), the bytes of
 * the newest in memory, and its media playlist, written once per version whoever asks. Owned by LiveWindow.
 */
import type { PartWritten, RenditionName, SegmentWritten } from "../../contract/segments.ts";
import {
  ENDLIST,
  NEAR_SEGMENTS,
  PART_TARGET_SECONDS,
  type Reach,
  SEGMENTS_WITH_PARTS,
  SKIP_BOUNDARY_SECONDS,
  TARGET_SECONDS,
  writeLiveHead,
  writeOpenSegment,
  writePreloadHint,
  writeRenditionReport,
  writeSegment,
  writeSkip,
} from "../../platform/hls/playlist.ts";
import { joinRoomy } from "../../platform/hls/roomy.ts";
import type {
  InitFiles,
  ListedPart,
  ListedSegment,
  RenditionReport,
} from "../../platform/hls/segment-model.ts";
import { PlaylistText } from "./playlist-text.ts";

export interface LiveSegment extends ListedSegment {
  /** `null`: on disk only. */
  body: Buffer | null;
  bytes: number;
  isOnDisk: boolean;
}

interface LivePart extends ListedPart {
  body: Buffer;
}

interface OpenLiveSegment {
  run: string;
  msn: number;
  programDateTimeMs: number;
  parts: LivePart[];
  /** A part was missed: no more of it is listed until the whole segment is on disk. */
  isCut: boolean;
}

export interface PlaylistForms {
  plain: Buffer;
  gzip: Buffer;
}

/** Whole segments in memory: what players at the live edge and a little behind it fetch. */
const SEGMENTS_IN_MEMORY = 12;
const SEGMENTS_WITH_PART_BYTES = 6;
/** One that is not on disk by then (90 s) never will be: the disk is full. */
const SEGMENTS_UNTIL_LOST = 45;

export class LiveRendition {
  readonly name: RenditionName;
  readonly #initFiles: InitFiles;
  readonly #segments: LiveSegment[] = [];
  #open: OpenLiveSegment | null = null;
  #run: string | null = null;
  #isEnded = false;
  #targetSeconds = TARGET_SECONDS;
  #partTargetSeconds = PART_TARGET_SECONDS;
  #firstInMemory = 0;
  #text: PlaylistText | null = null;
  #settledCount = 0;
  #tailSeconds = 0;
  /** The first of the near playlist, and how many discontinuities there are up to it. */
  #nearFirst = 0;
  #nearDiscontinuities = 0;
  readonly #forms = new Map<string, PlaylistForms>();

  constructor(name: RenditionName, initFiles: InitFiles) {
    this.name = name;
    this.#initFiles = initFiles;
  }

  /** Number of whole segments, which is the next one's `msn`. */
  get length(): number {
    return this.#segments.length;
  }

  /** The highest `msn` of which something is listed; -1 when nothing is. */
  get lastMsn(): number {
    return this.#listedOpen()?.msn ?? this.#segments.length - 1;
  }

  get openPartCount(): number {
    return this.#listedOpen()?.parts.length ?? 0;
  }

  runOf(msn: number): string | null {
    return this.#segments[msn]?.run ?? (this.#open?.msn === msn ? this.#open.run : null);
  }

  programDateTimeOf(msn: number): number | null {
    return this.#segments[msn]?.programDateTimeMs ?? null;
  }

  findSegment(msn: number): LiveSegment | null {
    return this.#segments[msn] ?? null;
  }

  findPart(msn: number, part: number): Buffer | null {
    if (this.#open?.msn === msn) return this.#open.parts[part]?.body ?? null;
    return (this.#segments[msn]?.parts?.[part] as LivePart | undefined)?.body ?? null;
  }

  /** Whether this part is the one that comes next: what the preload hint names. */
  isNextPart(run: string, msn: number, part: number): boolean {
    if (this.#isEnded || run !== this.#run) return false;
    if (this.#open !== null)
      return !this.#open.isCut && msn === this.#open.msn && part === this.#open.parts.length;
    return msn === this.#segments.length && part === 0;
  }

  /**
   * Whether the playlist holds segment `msn` (`part` `null`) or its part. A part past a segment's last is the first
   * of the next segment (RFC 8216bis 6.2.5.2).
   */
  has(msn: number, part: number | null): boolean {
    if (this.#isEnded) return true;
    if (msn < this.#segments.length - 1) return true;
    if (msn === this.#segments.length - 1) {
      const parts = this.#segments[msn]!.parts;
      return part === null || parts === null || part < parts.length || this.openPartCount > 0;
    }
    return part !== null && this.#listedOpen()?.msn === msn && part < this.openPartCount;
  }

  report(): RenditionReport {
    const open = this.#listedOpen();
    if (open !== null) return { rendition: this.name, lastMsn: open.msn, lastPart: open.parts.length - 1 };
    const last = this.#segments.at(-1);
    const lastPart = last?.parts ? last.parts.length - 1 : null;
    return { rendition: this.name, lastMsn: Math.max(0, this.#segments.length - 1), lastPart };
  }

  runStarted(run: string): void {
    this.closeOpen();
    this.#run = run;
    this.#changed();
  }

  runEnded(): void {
    this.closeOpen();
    this.#run = null;
    this.#changed();
  }

  end(): void {
    this.runEnded();
    this.#isEnded = true;
  }

  addPart(notice: PartWritten, body: Buffer): void {
    const { run, msn, file, durationSeconds, isIndependent, programDateTimeMs } = notice;
    if (msn < this.#segments.length) return;
    if (this.#open !== null && this.#open.msn !== msn) this.closeOpen();
    if (msn !== this.#segments.length) return;
    this.#open ??= { run, msn, programDateTimeMs, parts: [], isCut: false };
    if (notice.part < this.#open.parts.length) return;
    if (notice.part > this.#open.parts.length) this.#open.isCut = true;
    if (this.#open.isCut) return;
    this.#open.parts.push({ file, durationSeconds, isIndependent, body });
    if (notice.isLastOfSegment) this.closeOpen();
    this.#changed();
  }

  /** The segment is on disk: closes what is open of it, or adds what was never seen as parts. */
  addSegment(line: SegmentWritten): void {
    if (this.#open !== null && this.#open.msn === line.msn && !this.#open.isCut) this.closeOpen();
    const known = this.#segments[line.msn];
    if (known !== undefined && !known.isGap && known.bytes === line.bytes) {
      known.isOnDisk = true;
      this.#forgetOld();
      return;
    }
    if (known !== undefined && known.file !== line.file) return;
    if (this.#open !== null && this.#open.msn <= line.msn) this.#open = null;
    const { run, msn, file, durationSeconds, programDateTimeMs, bytes } = line;
    const segment = { run, msn, file, durationSeconds, programDateTimeMs, bytes, parts: null, body: null };
    this.#put({ ...segment, isGap: false, isOnDisk: true });
  }

  /** A segment whose bytes nobody has. */
  addGap(gap: { run: string; durationSeconds: number; programDateTimeMs: number }): void {
    const msn = this.#segments.length;
    const file = `${gap.run}-${this.name}-${msn}.m4s`;
    this.#put({ ...gap, msn, file, bytes: 0, isGap: true, parts: null, body: null, isOnDisk: false });
  }

  /**
   * Makes the open segment whole from the parts there are. One without becomes a gap when something follows it: until
   * then nobody knows how long it is.
   */
  closeOpen(): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || open.msn !== this.#segments.length || open.parts.length === 0) return;
    const { run, msn, parts, programDateTimeMs } = open;
    const durationSeconds = parts.reduce((sum, part) => sum + part.durationSeconds, 0);
    const body = joinRoomy(parts.map((part) => part.body));
    const file = `${run}-${this.name}-${msn}.m4s`;
    const segment = { run, msn, file, durationSeconds, programDateTimeMs, parts, body, bytes: body.length };
    this.#put({ ...segment, isGap: false, isOnDisk: false });
  }

  /** `isDelta`: without the segments older than the skip boundary, where there are any. */
  playlist(
    { reach, isDelta }: { reach: Reach; isDelta: boolean },
    others: readonly RenditionReport[],
  ): PlaylistForms {
    const key = isDelta ? `${reach} delta` : reach;
    const known = this.#forms.get(key);
    if (known !== undefined) return known;
    const settled = this.#settledText();
    const tail = this.#writeTail(others, reach);
    const firstMsn = reach === "near" ? this.#slideNear() : 0;
    const skipped = isDelta ? this.#settledCount - firstMsn : 0;
    let forms: PlaylistForms;
    if (skipped > 0) forms = lazyForms(new PlaylistText(), this.#head(reach) + writeSkip(skipped) + tail);
    else if (reach === "whole") forms = lazyForms(settled, tail);
    else forms = lazyForms(new PlaylistText(), this.#head(reach) + this.#writeNearSettled() + tail);
    this.#forms.set(key, forms);
    return forms;
  }

  #listedOpen(): OpenLiveSegment | null {
    return this.#open === null || this.#open.parts.length === 0 ? null : this.#open;
  }

  #changed(): void {
    this.#forms.clear();
  }

  #put(segment: LiveSegment): void {
    const before = this.#segments[segment.msn];
    if (before === undefined) {
      this.#segments.push(segment);
      this.#tailSeconds += segment.durationSeconds;
    } else {
      this.#segments[segment.msn] = segment;
      if (segment.msn < this.#settledCount) this.#text = null;
      else this.#tailSeconds += segment.durationSeconds - before.durationSeconds;
    }
    if (Math.round(segment.durationSeconds) > this.#targetSeconds) {
      this.#targetSeconds = Math.round(segment.durationSeconds);
      this.#text = null;
    }
    this.#forgetOld();
    this.#changed();
  }

  /** Bytes that nobody at the live edge asks for; those that never reached the disk become gaps. */
  #forgetOld(): void {
    const withParts = this.#segments.length - SEGMENTS_WITH_PART_BYTES;
    for (let msn = withParts - 1; msn >= 0 && this.#segments[msn]!.parts !== null; msn--)
      this.#segments[msn]!.parts = null;
    for (; this.#firstInMemory < this.#segments.length - SEGMENTS_IN_MEMORY; this.#firstInMemory++) {
      const oldest = this.#segments[this.#firstInMemory]!;
      const isLost = !oldest.isOnDisk && !oldest.isGap;
      if (isLost && this.#firstInMemory >= this.#segments.length - SEGMENTS_UNTIL_LOST) return;
      if (isLost && this.#firstInMemory < this.#settledCount) this.#text = null;
      oldest.isGap ||= isLost;
      oldest.body = null;
    }
  }

  #head(reach: Reach): string {
    return writeLiveHead(
      { targetSeconds: this.#targetSeconds, partTargetSeconds: this.#partTargetSeconds },
      reach === "whole"
        ? { firstMsn: 0, discontinuities: 0 }
        : { firstMsn: this.#nearFirst, discontinuities: this.#nearDiscontinuities },
    );
  }

  /** @returns the first segment of the near playlist; it never goes back. */
  #slideNear(): number {
    const first = Math.min(this.#segments.length - NEAR_SEGMENTS, this.#settledCount);
    for (; this.#nearFirst < first; this.#nearFirst++)
      if (this.runOf(this.#nearFirst) !== this.runOf(this.#nearFirst + 1)) this.#nearDiscontinuities++;
    return this.#nearFirst;
  }

  /** Segments of the near playlist behind the skip boundary. */
  #writeNearSettled(): string {
    return this.#segments
      .slice(this.#nearFirst, this.#settledCount)
      .map((segment, at) =>
        writeSegment(segment, at === 0 ? null : this.runOf(segment.msn - 1), this.#initFiles, false),
      )
      .join("");
  }

  /** Text of the segments behind the skip boundary, which do not change any more. */
  #settledText(): PlaylistText {
    const partTargetSeconds = this.#longestListedPart();
    if (this.#text === null || partTargetSeconds !== this.#partTargetSeconds) {
      this.#partTargetSeconds = partTargetSeconds;
      this.#text = new PlaylistText();
      this.#text.append(this.#head("whole"));
      this.#settledCount = 0;
      this.#tailSeconds = this.#segments.reduce((sum, segment) => sum + segment.durationSeconds, 0);
    }
    for (;;) {
      const next = this.#segments[this.#settledCount];
      if (next === undefined || this.#tailSeconds - next.durationSeconds < this.#skipBoundarySeconds())
        return this.#text;
      this.#text.append(writeSegment(next, this.runOf(this.#settledCount - 1), this.#initFiles, false));
      this.#tailSeconds -= next.durationSeconds;
      this.#settledCount++;
    }
  }

  /** A mixer that is late makes a part of two now and then. */
  #longestListedPart(): number {
    const parts = [...this.#segments.slice(-SEGMENTS_WITH_PARTS), this.#open].flatMap(
      (one) => one?.parts ?? [],
    );
    return parts.reduce(
      (most, part) => Math.max(most, Math.ceil(part.durationSeconds * 1000) / 1000),
      PART_TARGET_SECONDS,
    );
  }

  #skipBoundarySeconds(): number {
    return Math.max(SKIP_BOUNDARY_SECONDS, 6 * this.#targetSeconds);
  }

  #writeTail(others: readonly RenditionReport[], reach: Reach): string {
    const lines: string[] = [];
    const firstWithParts = this.#segments.length - SEGMENTS_WITH_PARTS;
    for (let msn = this.#settledCount; msn < this.#segments.length; msn++) {
      const hasParts = msn >= firstWithParts && !this.#isEnded;
      lines.push(writeSegment(this.#segments[msn]!, this.runOf(msn - 1), this.#initFiles, hasParts));
    }
    if (this.#isEnded) return lines.join("") + ENDLIST;
    const open = this.#listedOpen();
    if (open !== null) lines.push(writeOpenSegment(open, this.runOf(open.msn - 1), this.#initFiles));
    const hinted = this.#nextPartFile();
    if (hinted !== null) lines.push(writePreloadHint(hinted));
    return lines.join("") + others.map((one) => writeRenditionReport(one, reach)).join("");
  }

  #nextPartFile(): string | null {
    if (this.#run === null || this.#open?.isCut) return null;
    const msn = this.#open?.msn ?? this.#segments.length;
    return `${this.#run}-${this.name}-${msn}-${this.#open?.parts.length ?? 0}.m4s`;
  }
}

function lazyForms(text: PlaylistText, tail: string): PlaylistForms {
  let plain: Buffer | null = null;
  let gzip: Buffer | null = null;
  return {
    get plain() {
      plain ??= text.plain(tail);
      return plain;
    },
    get gzip() {
      gzip ??= text.gzip(tail);
      return gzip;
    },
  };
}
