/*
 * Reads `index.jsonl` of a broadcast's folder, again only what was appended since. Whole lines count; one that
 * another process is writing waits for the next refresh.
 */
import { open } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import {
  INDEX_FILE,
  type RenditionName,
  type RunStarted,
  readIndexLine,
  renditionNames,
  type SegmentWritten,
  type ThumbnailWritten,
} from "../../contract/segments.ts";

/** Lines parsed before other work gets its turn: about 5 ms. */
const LINES_A_TURN = 1_000;
const READ_BYTES = 1024 * 1024;

export class BroadcastIndex {
  readonly folder: string;
  readonly runs = new Map<string, RunStarted>();
  /** Runs that ended, with the instant. */
  readonly endedRuns = new Map<string, number>();
  /** In order of their media sequence numbers. */
  readonly segments = new Map<RenditionName, SegmentWritten[]>(renditionNames.map((name) => [name, []]));
  readonly thumbnails: ThumbnailWritten[] = [];
  #offset = 0;
  #refreshing: Promise<void> | null = null;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Grows with each line read: what was computed from the index is new when this is. */
  get version(): number {
    return this.#offset;
  }

  /** Reads on; calls at the same time share one reading. A folder that is not there is an empty broadcast. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #read(): Promise<void> {
    const handle = await open(join(this.folder, INDEX_FILE), "r").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (handle === null) return;
    try {
      const { size } = await handle.stat();
      if (size < this.#offset) this.#forget();
      while (this.#offset < size && (await this.#readBlock(handle))) await turn();
    } finally {
      await handle.close();
    }
  }

  /** `false` when no further whole line is there. */
  async #readBlock(handle: {
    read(buffer: Buffer, at: number, length: number, position: number): Promise<{ bytesRead: number }>;
  }): Promise<boolean> {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, this.#offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    if (end === 0) return false;
    let count = 0;
    for (const text of buffer.toString("utf8", 0, end - 1).split("\n")) {
      this.#take(text);
      if (++count % LINES_A_TURN === 0) await turn();
    }
    this.#offset += end;
    return true;
  }

  #take(text: string): void {
    const line = readIndexLine(text);
    if (line === null) return;
    if (line.type === "run") this.runs.set(line.run, line);
    else if (line.type === "runEnd") this.endedRuns.set(line.run, line.endedAtMs);
    else if (line.type === "thumbnail") this.thumbnails.push(line);
    else insertByMsn(this.segments.get(line.rendition)!, line);
  }

  /** The index was rewritten (mended after a crash). */
  #forget(): void {
    this.#offset = 0;
    this.runs.clear();
    this.endedRuns.clear();
    this.thumbnails.length = 0;
    for (const list of this.segments.values()) list.length = 0;
  }
}

function insertByMsn(list: SegmentWritten[], line: SegmentWritten): void {
  let at = list.length;
  while (at > 0 && list[at - 1]!.msn > line.msn) at--;
  if (list[at - 1]?.msn !== line.msn) list.splice(at, 0, line);
}

/** The indexes of the broadcasts that were asked for last, shared by live windows, replays and recordings. */
export class BroadcastIndexes {
  readonly #segmentsFolder: string;
  readonly #limit: number;
  readonly #indexes = new Map<string, BroadcastIndex>();

  /** `segmentsFolder`: `<data>/segments`. An index of 8 hours takes about 10 MB. */
  constructor(segmentsFolder: string, limit = 24) {
    this.#segmentsFolder = segmentsFolder;
    this.#limit = limit;
  }

  /** Up to date; costs one `stat` when nothing was added. @throws what the file system throws */
  async read(broadcastId: string): Promise<BroadcastIndex> {
    const index =
      this.#indexes.get(broadcastId) ?? new BroadcastIndex(join(this.#segmentsFolder, broadcastId));
    this.#indexes.delete(broadcastId);
    this.#indexes.set(broadcastId, index);
    const oldest = this.#indexes.keys().next().value;
    if (this.#indexes.size > this.#limit && oldest !== undefined) this.#indexes.delete(oldest);
    await index.refresh();
    return index;
  }
}
