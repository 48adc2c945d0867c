/*
 * The recordings that were asked for last: their row, asked again every few seconds so that another server's
 * unpublishing is obeyed, and what they play, computed again only when the index has grown. Owned by the recordings
 * feature; needs no close.
 */
import { gzipSync } from "node:zlib";
import type { Recording } from "../../../gen/prisma/client.ts";
import type { RenditionName } from "../../contract/segments.ts";
import type { BroadcastIndexes } from "../../platform/hls/broadcast-index.ts";
import { writeMultivariantPlaylist, writeVodPlaylist } from "../../platform/hls/playlist.ts";
import { choosePoster, planReplay, type ReplayPlan } from "./replay-plan.ts";
import { writeThumbnailsVtt } from "./thumbnails-vtt.ts";

export type RecordingRow = Pick<Recording, "id" | "broadcastId" | "startedAt" | "endedAt" | "isPublished">;

export interface ReplaysOptions {
  indexes: BroadcastIndexes;
  /** `null`: no such recording. */
  readRow(recordingId: string): Promise<RecordingRow | null>;
  /** The row could not be read; the last known one is believed. */
  onFailure(error: unknown): void;
}

/** Unpublishing on another server is obeyed within 10 s. */
const ROW_KEPT_MS = 8_000;
const MAX_KEPT = 500;
/** Characters; below it the headers outweigh what is saved. */
const WORTH_PACKING = 1_000;

export interface Replay {
  broadcastId: string;
  plan: ReplayPlan;
  /** Grows with what was read of the index. */
  version: number;
  /** Texts and the poster's name by file name, made when first asked for. */
  texts: Map<string, string | null>;
  /** Texts as they go out, packed when first asked for: a long playlist takes milliseconds. */
  packed: Map<string, Buffer>;
}

interface Kept {
  row: RecordingRow | null;
  readAtMs: number;
  replay: Replay | null;
  reading: Promise<void> | null;
}

export class Replays {
  readonly #options: ReplaysOptions;
  readonly #kept = new Map<string, Kept>();

  constructor(options: ReplaysOptions) {
    this.#options = options;
  }

  /** `null`: there is none, or it is not published. @throws database_unavailable when it was never read */
  async find(recordingId: string): Promise<Replay | null> {
    const kept = this.#keep(recordingId);
    if (performance.now() - kept.readAtMs > ROW_KEPT_MS) {
      kept.reading ??= this.#read(recordingId, kept).finally(() => {
        kept.reading = null;
      });
      await kept.reading;
    }
    return kept.row?.isPublished ? this.#replayOf(kept, kept.row) : null;
  }

  /** It was changed here: the next request reads it again. */
  changed(recordingId: string): void {
    this.#kept.delete(recordingId);
  }

  #keep(recordingId: string): Kept {
    const kept = this.#kept.get(recordingId) ?? {
      row: null,
      readAtMs: Number.NEGATIVE_INFINITY,
      replay: null,
      reading: null,
    };
    this.#kept.delete(recordingId);
    this.#kept.set(recordingId, kept);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > MAX_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return kept;
  }

  async #read(recordingId: string, kept: Kept): Promise<void> {
    try {
      kept.row = await this.#options.readRow(recordingId);
      kept.readAtMs = performance.now();
    } catch (error) {
      if (kept.row === null) throw error;
      this.#options.onFailure(error);
      kept.readAtMs = performance.now();
    }
  }

  async #replayOf(kept: Kept, row: RecordingRow): Promise<Replay> {
    if (kept.replay !== null && isFinal(kept.replay, row)) return kept.replay;
    const index = await this.#options.indexes.read(row.broadcastId);
    if (kept.replay?.version === index.version) return kept.replay;
    const range = { startedAtMs: row.startedAt.getTime(), endedAtMs: row.endedAt.getTime() };
    kept.replay = {
      broadcastId: row.broadcastId,
      plan: planReplay(index, range),
      version: index.version,
      texts: new Map(),
      packed: new Map(),
    };
    return kept.replay;
  }
}

/** A minute after its end nothing more comes of it. */
const FINAL_AFTER_MS = 60_000;

function isFinal(replay: Replay, row: RecordingRow): boolean {
  return replay.plan.durationSeconds > 0 && Date.now() - row.endedAt.getTime() > FINAL_AFTER_MS;
}

/** The multivariant playlist, a rendition's, or the thumbnails; `null`: the replay has no such text. */
function readReplayText(replay: Replay, file: string): string | null {
  const known = replay.texts.get(file);
  if (known !== undefined) return known;
  const text = writeText(replay.plan, file);
  if (text !== null) replay.texts.set(file, text);
  return text;
}

/** A text of the replay as the browser takes it; `null`: the replay has no such text. */
export function packReplayText(
  replay: Replay,
  file: string,
  canGzip: boolean,
): { body: Buffer; isGzip: boolean } | null {
  const text = readReplayText(replay, file);
  if (text === null) return null;
  const isGzip = canGzip && text.length > WORTH_PACKING;
  if (!isGzip) return { body: Buffer.from(text), isGzip };
  const body = replay.packed.get(file) ?? gzipSync(text);
  replay.packed.set(file, body);
  return { body, isGzip };
}

export function posterOf(replay: Replay): string | null {
  const known = replay.texts.get("poster");
  if (known !== undefined) return known;
  const poster = choosePoster(replay.plan);
  replay.texts.set("poster", poster);
  return poster;
}

function writeText(plan: ReplayPlan, file: string): string | null {
  if (plan.durationSeconds === 0) return null;
  if (file === "thumbnails.vtt") return plan.thumbnails.length === 0 ? null : writeThumbnailsVtt(plan);
  if (file === "main.m3u8") return writeMultivariantPlaylist(plan.renditions);
  if (!file.endsWith(".m3u8")) return null;
  const name = file.slice(0, -5) as RenditionName;
  const segments = plan.segments.get(name);
  return segments === undefined ? null : writeVodPlaylist(segments, plan.initFiles.get(name) ?? new Map());
}
