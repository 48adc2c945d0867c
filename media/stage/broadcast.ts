import path from "node:path";
import { SegmentStore } from "../hls/segment-store.ts";
import type { Log } from "../log.ts";
import { MediaError } from "../media-error.ts";
import { monotonicMs } from "../monotonic.ts";
import type { Notify } from "../notify.ts";
import type { MixerSession, PackagingNotice } from "./mixer-session.ts";

/*
 * One live period of a stage on its way to disk: over the lives of several mixers (runs), one segment store. Owned
 * by the stage, ended by `end()`.
 */

export interface BroadcastOptions {
  stageId: string;
  broadcastId: string;
  dataDir: string;
  /** How far an earlier life of it was told to viewers. */
  told?: { msn: number; endMs: number } | undefined;
  notify: Notify;
  log: Log;
}

/** From `startPackaging` to the first run's init segments; the request's own deadline is 8 s. */
const RUN_START_DEADLINE_MS = 6_000;
/** The mixer flushes what it has encoded. */
const STOP_DEADLINE_MS = 2_500;
/** The disk takes what is left; afterwards it goes on behind the answer. */
const FLUSH_DEADLINE_MS = 4_000;

export class Broadcast {
  readonly broadcastId: string;
  readonly #options: BroadcastOptions;
  readonly #store: SegmentStore;
  /**
   * The broadcast's wall clock minus the machine's steady one, taken once: somebody who sets the wall clock moves no
   * date of a broadcast that is on. Never before what an earlier life of it has told or written.
   */
  readonly #wallOffsetMs: number;
  readonly #started = Promise.withResolvers<number>();
  readonly #stopped = Promise.withResolvers<void>();
  /** Asked of the mixer; `null` between two mixers. */
  #run: string | null = null;
  #hasRunStarted = false;

  /** @throws disk_full, internal when the folder cannot be had */
  static async create(options: BroadcastOptions): Promise<Broadcast> {
    const { stageId, broadcastId, notify, log } = options;
    try {
      const store = await SegmentStore.open({
        folder: path.join(options.dataDir, "segments", broadcastId),
        firstMsn: options.told ? options.told.msn + 1 : 0,
        onNotice: (notice, bytes) =>
          notify("store:written", { stageId, broadcastId, notice }, bytes ?? undefined),
        onFailure: (failure) => {
          const message = `[stage:${stageId}] recording ${failure === null ? "goes on" : `stopped: ${failure}`}`;
          if (failure === null) log.warn(message);
          else log.error(message);
          notify("stage:recordingChanged", { stageId, broadcastId, failure });
        },
      });
      return new Broadcast(options, store);
    } catch (error) {
      const isFull = ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
      throw new MediaError(isFull ? "disk_full" : "internal", `no segment store for ${broadcastId}`, {
        cause: error,
      });
    }
  }

  private constructor(options: BroadcastOptions, store: SegmentStore) {
    this.broadcastId = options.broadcastId;
    this.#options = options;
    this.#store = store;
    this.#wallOffsetMs = Math.max(Date.now(), store.writtenUntilMs, options.told?.endMs ?? 0) - monotonicMs();
    this.#started.promise.catch(() => undefined);
  }

  /** Begins a run in this mixer. */
  attach(session: MixerSession): void {
    const run = this.#store.nextRun();
    this.#run = run;
    this.#hasRunStarted = false;
    session.startPackaging({ run, firstMsn: this.#store.nextMsn(), wallOffsetMs: this.#wallOffsetMs });
  }

  /** The mixer died: what it had open is closed from what there is. */
  detach(): void {
    const run = this.#run;
    this.#run = null;
    this.#stopped.resolve();
    if (run !== null && this.#hasRunStarted) void this.#store.endRun(run, this.#nowMs());
  }

  /** Instant of the first run's first sample, ms. @throws timeout */
  async startedAtMs(): Promise<number> {
    return await within(RUN_START_DEADLINE_MS, this.#started.promise, () => {
      throw new MediaError("timeout", "the mixer did not begin to package");
    });
  }

  handle(notice: PackagingNotice): void {
    switch (notice.type) {
      case "runStarted":
        if (notice.notice.run !== this.#run) return;
        this.#hasRunStarted = true;
        this.#store.runStarted(notice.notice, notice.inits);
        this.#options.log.info(`[stage:${this.#options.stageId}] packaging ${this.broadcastId} ${this.#run}`);
        this.#started.resolve(notice.notice.startedAtMs);
        break;
      case "part":
        this.#store.writePart(notice.notice, notice.bytes, notice.isLastOfSegment);
        break;
      case "thumbnail":
        this.#store.thumbnail(notice.run, notice.atMs, notice.bytes);
        break;
      case "packagingStopped":
        this.#stopped.resolve();
    }
  }

  /** Resolves when the last segment is on disk, or after 6.5 s without. Answers the end, ms. */
  async end(session: MixerSession | null): Promise<number> {
    const endedAtMs = this.#nowMs();
    this.#started.reject(new MediaError("wrong_phase", "the broadcast ended"));
    if (session?.isStarted && this.#run !== null) {
      session.stopPackaging();
      await within(STOP_DEADLINE_MS, this.#stopped.promise, () => undefined);
    }
    const run = this.#run;
    this.#run = null;
    await within(FLUSH_DEADLINE_MS, this.#flush(run), () => undefined);
    return endedAtMs;
  }

  #nowMs(): number {
    return monotonicMs() + this.#wallOffsetMs;
  }

  async #flush(run: string | null): Promise<void> {
    if (run !== null && this.#hasRunStarted) await this.#store.endRun(run, this.#nowMs());
    await this.#store.close();
  }
}

async function within<T>(deadlineMs: number, promise: Promise<T>, onLate: () => T): Promise<T> {
  const late = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    try {
      late.resolve(onLate());
    } catch (error) {
      late.reject(error);
    }
  }, deadlineMs);
  return await Promise.race([promise, late.promise]).finally(() => clearTimeout(timer));
}
