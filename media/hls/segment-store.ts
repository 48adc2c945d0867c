/*
 * A broadcast's segments: tells each part at once (onNotice, with its bytes) and writes it to
 * `segments/<broadcastId>/` behind. One a broadcast, owned by the stage on the media node, ended by close(). What is
 * told never waits for the disk; a full or broken disk stops the recording (onFailure), not the live picture.
 */
import type {
  PartWritten,
  RenditionName,
  RunEnded,
  RunStarted,
  SegmentWritten,
  StoreNotice,
} from "../../server/contract/segments.ts";
import { type DiskFailure, DiskWriter } from "./disk-writer.ts";
import { diskFiles, type SegmentFiles } from "./segment-files.ts";
import { type RecoveredFolder, recoverFolder } from "./store-recovery.ts";

export interface SegmentStoreOptions {
  /** `<data>/segments/<broadcastId>`; made when it is not there. */
  folder: string;
  /** In order, at once. `bytes` with a part only; `segment` and `thumbnail` are told when they are on disk. */
  onNotice(notice: StoreNotice, bytes: Buffer | null): void;
  /** Recording stopped (`disk_full`, `io`) or goes on again (`null`). */
  onFailure(failure: DiskFailure | null): void;
  /** The next run's numbers begin here at the lowest. @default 0 */
  firstMsn?: number;
  files?: SegmentFiles;
  /** @default 3000 */
  retryMs?: number;
  /** @default 64 MiB */
  maxQueuedBytes?: number;
}

interface OpenSegment {
  run: string;
  rendition: RenditionName;
  msn: number;
  durationSeconds: number;
  programDateTimeMs: number;
  bytes: number;
}

/** How long the end of a run or the close waits for the disk. */
const FLUSH_MS = 5_000;

export class SegmentStore {
  readonly #options: SegmentStoreOptions;
  readonly #writer: DiskWriter;
  readonly #open = new Map<RenditionName, OpenSegment>();
  /** Up to here an earlier life of the broadcast has written, ms since the epoch; 0: there was none. */
  readonly writtenUntilMs: number;
  #nextMsn: number;
  #nextRunNumber: number;
  #run: string | null = null;
  #isClosed = false;

  private constructor(options: SegmentStoreOptions, writer: DiskWriter, recovered: RecoveredFolder) {
    this.#options = options;
    this.#writer = writer;
    this.#nextMsn = Math.max(recovered.nextMsn, options.firstMsn ?? 0);
    this.#nextRunNumber = recovered.nextRunNumber;
    this.writtenUntilMs = recovered.writtenUntilMs;
  }

  /** Mends what an earlier writer left. @throws what the file system throws when the folder cannot be had. */
  static async open(options: SegmentStoreOptions): Promise<SegmentStore> {
    const files = options.files ?? diskFiles;
    const recovered = await recoverFolder(options.folder, files);
    const writer = new DiskWriter({
      folder: options.folder,
      files,
      indexBytes: recovered.indexBytes,
      onFailure: (failure) => options.onFailure(failure),
      onSegment: (line) => options.onNotice(line, null),
      maxQueuedBytes: options.maxQueuedBytes ?? 64 * 1024 * 1024,
      retryMs: options.retryMs ?? 3_000,
    });
    return new SegmentStore(options, writer, recovered);
  }

  /** First media sequence number of the next run: above all that were ever used here. */
  nextMsn(): number {
    return this.#nextMsn;
  }

  /** Name of the next run, `r1`, `r2`, …; taken when `runStarted` is told. */
  nextRun(): string {
    return `r${this.#nextRunNumber}`;
  }

  get failure(): DiskFailure | null {
    return this.#writer.failure;
  }

  /** A run that is still open is ended first. */
  runStarted(notice: RunStarted, inits: readonly { file: string; bytes: Uint8Array }[]): void {
    if (this.#isClosed) return;
    if (this.#run !== null) this.#finishRun(this.#run, notice.startedAtMs);
    const bytesOf = new Map(inits.map((init) => [init.file, init.bytes]));
    const renditions = notice.renditions.map((rendition) => {
      const bytes = bytesOf.get(rendition.initFile);
      return bytes === undefined
        ? rendition
        : { ...rendition, initBase64: Buffer.from(bytes).toString("base64") };
    });
    const line: RunStarted = { ...notice, renditions };
    this.#run = notice.run;
    this.#nextRunNumber = Math.max(this.#nextRunNumber, Number(notice.run.slice(1)) + 1);
    this.#writer.writeRun(line, inits);
    this.#options.onNotice(line, null);
  }

  /** Parts of a run that is not open are left out: a dead mixer's last words. */
  writePart(notice: PartWritten, bytes: Uint8Array, isLastOfSegment: boolean): void {
    if (this.#isClosed || notice.run !== this.#run) return;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#options.onNotice({ ...notice, isLastOfSegment }, buffer);
    this.#nextMsn = Math.max(this.#nextMsn, notice.msn + 1);
    const segment = this.#segmentOf(notice);
    segment.durationSeconds += notice.durationSeconds;
    segment.bytes += bytes.length;
    this.#writer.appendPart(segmentFile(segment), buffer, notice.part === 0);
    if (isLastOfSegment) this.#finishSegment(segment);
  }

  /** JPEG of the programme. */
  thumbnail(run: string, atMs: number, bytes: Uint8Array): void {
    if (this.#isClosed || run !== this.#run) return;
    const line = { type: "thumbnail" as const, file: `${run}-thumb-${Math.round(atMs)}.jpg`, atMs };
    this.#writer.writeFile(line, bytes, () => this.#options.onNotice(line, null));
  }

  /**
   * The mixer stopped or died: closes what is open from the parts there are. Resolves when all of it is on disk or
   * given up (at most 5 s). Nothing happens when the run is not open.
   */
  async endRun(run: string, atMs: number): Promise<void> {
    if (run === this.#run) this.#finishRun(run, atMs);
    await this.#writer.flush(FLUSH_MS);
  }

  /** Ends an open run now, waits for the disk (at most 5 s). */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    if (this.#run !== null) this.#finishRun(this.#run, Date.now());
    this.#isClosed = true;
    await this.#writer.close(FLUSH_MS);
  }

  #segmentOf(notice: PartWritten): OpenSegment {
    const open = this.#open.get(notice.rendition);
    if (open !== undefined && open.msn === notice.msn) return open;
    if (open !== undefined) this.#finishSegment(open);
    const { run, rendition, msn, programDateTimeMs } = notice;
    const segment: OpenSegment = { run, rendition, msn, programDateTimeMs, durationSeconds: 0, bytes: 0 };
    this.#open.set(rendition, segment);
    return segment;
  }

  #finishSegment(segment: OpenSegment): void {
    this.#open.delete(segment.rendition);
    const durationSeconds = Math.round(segment.durationSeconds * 1e6) / 1e6;
    const line: SegmentWritten = { type: "segment", ...segment, durationSeconds, file: segmentFile(segment) };
    this.#writer.finishSegment(line);
  }

  #finishRun(run: string, atMs: number): void {
    for (const segment of [...this.#open.values()]) this.#finishSegment(segment);
    this.#run = null;
    const line: RunEnded = { type: "runEnd", run, endedAtMs: atMs };
    this.#writer.endRun(line);
    this.#options.onNotice(line, null);
  }
}

function segmentFile(segment: { run: string; rendition: RenditionName; msn: number }): string {
  return `${segment.run}-${segment.rendition}-${segment.msn}.m4s`;
}
