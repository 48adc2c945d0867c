/*
 * The disk's side of a broadcast: one bounded queue of writes, done in order, which nobody on the live path waits
 * for. When the disk fails, segments are left out whole; what a run needs (its begin and end) is owed and written
 * when a probe says that there is room again. Owned by SegmentStore, ended by its close().
 */
import { join } from "node:path";
import { INDEX_FILE, type IndexLine, type SegmentWritten } from "../../server/contract/segments.ts";
import type { GrowingFile, SegmentFiles } from "./segment-files.ts";

export type DiskFailure = "disk_full" | "io";

export interface DiskWriterOptions {
  folder: string;
  files: SegmentFiles;
  indexBytes: number;
  /** `null`: works again. */
  onFailure(failure: DiskFailure | null): void;
  /** The segment is whole on disk and in the index. */
  onSegment(line: SegmentWritten): void;
  /** Bytes that may wait for a slow disk before segments are left out. */
  maxQueuedBytes: number;
  retryMs: number;
}

interface Write {
  bytes: number;
  isOwed: boolean;
  run(): Promise<void>;
}

/** Room that must be there before writing goes on, so that it does not fail again at once. */
const PROBE_BYTES = 1024 * 1024;

export class DiskWriter {
  readonly #options: DiskWriterOptions;
  readonly #queue: Write[] = [];
  #owed: Write[] = [];
  #queuedBytes = 0;
  #isWorking = false;
  #isOverflowing = false;
  #failure: DiskFailure | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #isClosed = false;
  #index: GrowingFile | null = null;
  #indexBytes: number;
  readonly #open = new Map<string, GrowingFile>();
  /** Segments of which a part was left out. */
  readonly #lost = new Set<string>();
  #whenIdle: (() => void)[] = [];
  #retrying: Promise<void> = Promise.resolve();

  constructor(options: DiskWriterOptions) {
    this.#options = options;
    this.#indexBytes = options.indexBytes;
  }

  get failure(): DiskFailure | null {
    return this.#failure;
  }

  writeRun(line: IndexLine, inits: readonly { file: string; bytes: Uint8Array }[]): void {
    this.#push(0, true, async () => {
      for (const init of inits) await this.#options.files.write(this.#path(init.file), init.bytes);
      await this.#appendLine(line);
    });
  }

  endRun(line: IndexLine): void {
    this.#push(0, true, async () => {
      await this.#appendLine(line);
      await this.#index?.sync();
    });
  }

  appendPart(file: string, bytes: Uint8Array, isFirst: boolean): void {
    if (this.#queuedBytes + bytes.length > this.#options.maxQueuedBytes) this.#overflow();
    if (this.#failure !== null) {
      this.#lost.add(file);
      return;
    }
    this.#push(bytes.length, false, async () => {
      if (this.#lost.has(file)) return;
      let growing = this.#open.get(file);
      if (growing === undefined) {
        if (!isFirst) return void this.#lost.add(file);
        growing = await this.#options.files.openGrowing(this.#path(file));
        this.#open.set(file, growing);
      }
      await growing.append(bytes);
    });
  }

  finishSegment(line: SegmentWritten): void {
    this.#push(0, false, async () => {
      const growing = this.#open.get(line.file);
      if (this.#lost.delete(line.file) || growing === undefined) return this.#abandon(line.file);
      await growing.sync();
      this.#open.delete(line.file);
      await growing.close();
      await this.#appendLine(line);
      this.#options.onSegment(line);
    });
  }

  /** A whole small file with its index line; `onWritten` when both are on disk. */
  writeFile(line: IndexLine & { file: string }, bytes: Uint8Array, onWritten: () => void): void {
    if (this.#failure !== null || this.#queuedBytes + bytes.length > this.#options.maxQueuedBytes) return;
    this.#push(bytes.length, false, async () => {
      await this.#options.files.write(this.#path(line.file), bytes);
      await this.#appendLine(line);
      onWritten();
    });
  }

  /** When all that was asked is written or given up, at the latest after `timeoutMs`. */
  async flush(timeoutMs: number): Promise<void> {
    if (!this.#isWorking) return;
    let timer: NodeJS.Timeout | undefined;
    const idle = new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs);
    });
    await Promise.race([idle, late]);
    clearTimeout(timer);
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.#isClosed) return;
    await this.flush(timeoutMs);
    this.#isClosed = true;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    await this.#retrying;
    if (!this.#isWorking) await this.#release();
  }

  /** What is still open. A disk that was too slow for `close` is waited for: its last write does this. */
  async #release(): Promise<void> {
    for (const file of [...this.#open.keys()]) await this.#abandon(file);
    await this.#index?.close().catch(() => undefined);
    this.#index = null;
  }

  #path(name: string): string {
    return join(this.#options.folder, name);
  }

  #push(bytes: number, isOwed: boolean, run: () => Promise<void>): void {
    if (this.#isClosed) return;
    this.#queue.push({ bytes, isOwed, run });
    this.#queuedBytes += bytes;
    if (!this.#isWorking) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let write = this.#queue.shift(); write !== undefined; write = this.#queue.shift()) {
      await this.#attempt(write);
      this.#queuedBytes -= write.bytes;
    }
    this.#isWorking = false;
    if (this.#isClosed) await this.#release();
    if (this.#isOverflowing) this.#recovered();
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  async #attempt(write: Write): Promise<void> {
    if (this.#failure !== null && !this.#isOverflowing) {
      if (write.isOwed) this.#owed.push(write);
      return;
    }
    try {
      await write.run();
    } catch (error) {
      if (write.isOwed) this.#owed.push(write);
      await this.#fail(error);
    }
  }

  async #appendLine(line: IndexLine): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    this.#index ??= await this.#options.files.openGrowing(this.#path(INDEX_FILE));
    await this.#index.append(bytes);
    this.#indexBytes += bytes.length;
  }

  /** A disk that hangs rather than fails: segments are left out until it has caught up. */
  #overflow(): void {
    if (this.#failure !== null) return;
    this.#isOverflowing = true;
    this.#failure = "io";
    this.#options.onFailure("io");
  }

  async #fail(error: unknown): Promise<void> {
    const failure = isOutOfSpace(error) ? "disk_full" : "io";
    const isNews = this.#failure !== failure;
    this.#failure = failure;
    this.#isOverflowing = false;
    await this.#release();
    if (isNews) this.#options.onFailure(failure);
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#isClosed) return;
    this.#retryTimer = setTimeout(() => {
      this.#retrying = this.#retry();
    }, this.#options.retryMs);
    this.#retryTimer.unref();
  }

  /** Nothing else writes meanwhile: while `#failure` is set, `#attempt` only gathers what is owed. */
  async #retry(): Promise<void> {
    try {
      await this.#probe();
      const owed = this.#owed;
      for (let write = owed[0]; write !== undefined; write = owed[0]) {
        await write.run();
        owed.shift();
      }
      this.#recovered();
    } catch {
      await this.#index?.close().catch(() => undefined);
      this.#index = null;
      this.#retryLater();
    }
  }

  async #probe(): Promise<void> {
    const probe = this.#path("probe.tmp");
    try {
      await this.#options.files.write(probe, Buffer.alloc(PROBE_BYTES));
    } finally {
      await this.#options.files.remove(probe);
    }
    const size = await this.#options.files.sizeOf(this.#path(INDEX_FILE));
    if (size !== null && size > this.#indexBytes) {
      await this.#options.files.truncate(this.#path(INDEX_FILE), this.#indexBytes);
    }
  }

  #recovered(): void {
    if (this.#isClosed) return;
    this.#failure = null;
    this.#isOverflowing = false;
    for (const file of this.#lost) if (!this.#open.has(file)) this.#lost.delete(file);
    this.#options.onFailure(null);
  }

  /** Closes and removes a segment's file that never becomes whole. */
  async #abandon(file: string): Promise<void> {
    const growing = this.#open.get(file);
    if (growing === undefined) return;
    this.#open.delete(file);
    this.#lost.add(file);
    await growing.close().catch(() => undefined);
    await this.#options.files.remove(this.#path(file)).catch(() => undefined);
  }
}

function isOutOfSpace(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG";
}
