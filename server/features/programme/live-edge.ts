/*
 * The live windows of the broadcasts that are on, one each: made at the first notice or request, ended when the
 * broadcast is, gone a minute later. Says which broadcast may be watched; needs the database only for one it has not
 * heard of, or whose mixer went silent. Owned by the programme feature, ended by close().
 */
import { join } from "node:path";
import type { Logger } from "pino";
import type { MediaPlane } from "../../contract/media-plane.ts";
import type { StoreNotice } from "../../contract/segments.ts";
import { BroadcastIndex } from "../../platform/hls/broadcast-index.ts";
import { LiveWindow } from "./live-window.ts";

export interface LiveEdgeOptions {
  /** `<data>/segments` */
  segmentsFolder: string;
  media: MediaPlane;
  log: Logger;
  /** `null`: no such broadcast. `endedAt` `null`: it is on. */
  readBroadcast(broadcastId: string): Promise<{ endedAt: Date | null } | null>;
  now(): Date;
}

/** After the end, so that every player fetches the ENDLIST and what it still buffers. */
export const GRACE_MS = 60_000;
/** A window without a run asks so often whether the broadcast is over. */
const SILENT_CHECK_MS = 3_000;
const KEPT_ANSWER_MS = 2_000;
const KEPT_ANSWERS = 1_000;
const MAX_WINDOWS = 100;

interface Kept {
  window: LiveWindow;
  folder: string;
  removal: NodeJS.Timeout | null;
}

export class LiveEdge {
  readonly #options: LiveEdgeOptions;
  readonly #windows = new Map<string, Kept>();
  /** Broadcasts that are over or never were, and when that was asked. */
  readonly #refused = new Map<string, number>();
  readonly #asking = new Map<string, Promise<LiveWindow | null>>();
  readonly #undo: (() => void)[];
  readonly #silentCheck: NodeJS.Timeout;

  private constructor(options: LiveEdgeOptions) {
    this.#options = options;
    this.#undo = [
      options.media.onNotice("store:written", ({ broadcastId, notice }, bytes) =>
        this.#take(broadcastId, notice, bytes),
      ),
      options.media.onConnection((isConnected) => {
        if (isConnected) for (const { window } of this.#windows.values()) window.relinked();
      }),
    ];
    this.#silentCheck = setInterval(() => void this.#checkSilent(), SILENT_CHECK_MS);
    this.#silentCheck.unref();
  }

  static create(options: LiveEdgeOptions): LiveEdge {
    return new LiveEdge(options);
  }

  /** The window when it is in memory: the usual case, answered at once. */
  find(broadcastId: string): { window: LiveWindow; folder: string } | null {
    return this.#windows.get(broadcastId) ?? null;
  }

  /** The window of a broadcast that is on, or ended within the minute; else `null`. @throws database_unavailable */
  async require(broadcastId: string): Promise<LiveWindow | null> {
    const known = this.#windows.get(broadcastId);
    if (known !== undefined) return known.window;
    const refusedAtMs = this.#refused.get(broadcastId);
    if (refusedAtMs !== undefined && performance.now() - refusedAtMs < KEPT_ANSWER_MS) return null;
    const asking = this.#asking.get(broadcastId) ?? this.#ask(broadcastId);
    this.#asking.set(broadcastId, asking);
    return asking;
  }

  /** Opens the window before the first viewer asks. */
  broadcastStarted(broadcastId: string): void {
    this.#refused.delete(broadcastId);
    this.#open(broadcastId);
  }

  broadcastEnded(broadcastId: string): void {
    const kept = this.#windows.get(broadcastId);
    if (kept === undefined) {
      this.#refuse(broadcastId);
      return;
    }
    kept.window.end();
    this.#removeLater(broadcastId, kept, GRACE_MS);
  }

  close(): void {
    clearInterval(this.#silentCheck);
    for (const undo of this.#undo) undo();
    for (const { window, removal } of this.#windows.values()) {
      if (removal !== null) clearTimeout(removal);
      window.close();
    }
    this.#windows.clear();
  }

  async #ask(broadcastId: string): Promise<LiveWindow | null> {
    try {
      const row = await this.#options.readBroadcast(broadcastId);
      const leftMs = row === null ? 0 : leftOf(row.endedAt, this.#options.now());
      if (leftMs <= 0) {
        if (!this.#windows.has(broadcastId)) this.#refuse(broadcastId);
        return this.#windows.get(broadcastId)?.window ?? null;
      }
      const kept = this.#open(broadcastId);
      if (kept !== null && leftMs !== Number.POSITIVE_INFINITY) {
        await kept.window.whenLoaded();
        kept.window.end();
        this.#removeLater(broadcastId, kept, leftMs);
      }
      return kept?.window ?? null;
    } finally {
      this.#asking.delete(broadcastId);
    }
  }

  #take(broadcastId: string, notice: StoreNotice, bytes: Buffer | null): void {
    const known = this.#windows.get(broadcastId);
    if (known !== undefined) {
      known.window.take(notice, bytes);
      return;
    }
    if (this.#refused.has(broadcastId) || (notice.type !== "run" && notice.type !== "part")) return;
    this.#open(broadcastId)?.window.take(notice, bytes);
  }

  #open(broadcastId: string): Kept | null {
    const known = this.#windows.get(broadcastId);
    if (known !== undefined) return known;
    if (this.#windows.size >= MAX_WINDOWS) return null;
    const folder = join(this.#options.segmentsFolder, broadcastId);
    const window = LiveWindow.create({
      index: new BroadcastIndex(folder),
      onIndexFailure: (err) =>
        this.#options.log.error({ err }, `[broadcast:${broadcastId}] index cannot be read`),
    });
    const kept = { window, folder, removal: null };
    this.#windows.set(broadcastId, kept);
    return kept;
  }

  #removeLater(broadcastId: string, kept: Kept, ms: number): void {
    if (kept.removal !== null) return;
    kept.removal = setTimeout(() => {
      this.#windows.delete(broadcastId);
      this.#refuse(broadcastId);
      kept.window.close();
    }, ms);
    kept.removal.unref();
  }

  #refuse(broadcastId: string): void {
    const oldest = this.#refused.keys().next().value;
    if (this.#refused.size >= KEPT_ANSWERS && oldest !== undefined) this.#refused.delete(oldest);
    this.#refused.delete(broadcastId);
    this.#refused.set(broadcastId, performance.now());
  }

  /** A mixer that is silent may be restarting, or the broadcast ended without this process being told. */
  async #checkSilent(): Promise<void> {
    for (const [broadcastId, { window }] of [...this.#windows]) {
      if (window.openRun !== null || window.isEnded) continue;
      try {
        const row = await this.#options.readBroadcast(broadcastId);
        if (row === null || row.endedAt !== null) this.broadcastEnded(broadcastId);
      } catch (err) {
        this.#options.log.debug({ err }, `[broadcast:${broadcastId}] whether it ended cannot be asked`);
      }
    }
  }
}

function leftOf(endedAt: Date | null, now: Date): number {
  return endedAt === null ? Number.POSITIVE_INFINITY : endedAt.getTime() + GRACE_MS - now.getTime();
}
