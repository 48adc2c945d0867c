/*
 * A live broadcast as its viewers fetch it: fed by the media node's `store:written` notices, filled from the index on
 * disk after a restart or a lost link, waited for by blocking requests. Owned by LiveEdge, ended by close().
 */
import type { RenditionName, RunStarted, StoreNotice } from "../../contract/segments.ts";
import type { BroadcastIndex } from "../../platform/hls/broadcast-index.ts";
import {
  PART_TARGET_SECONDS,
  type Reach,
  TARGET_SECONDS,
  writeMultivariantPlaylist,
} from "../../platform/hls/playlist.ts";
import { joinRoomy } from "../../platform/hls/roomy.ts";
import { LiveRendition, type PlaylistForms } from "./live-rendition.ts";

export interface LiveWindowOptions {
  index: BroadcastIndex;
  /** A read of the index failed; the window goes on without. */
  onIndexFailure(error: unknown): void;
  /** Blocking requests are given up after this long. @default three target durations */
  waitMs?: number;
}

/** What became of a wait: there, too late (503), not to be expected (400), the window was closed (404). */
export type WaitOutcome = "ready" | "late" | "too_far" | "closed";

interface Waiter {
  /** `null`: for whatever comes. */
  rendition: RenditionName | null;
  isReady(): boolean;
  /** It will not come any more. */
  isVain(): boolean;
  done(outcome: WaitOutcome): void;
}

/** RFC 8216bis 6.2.5.2: a part this far ahead is refused. */
const ADVANCE_PART_LIMIT = Math.ceil(3 / PART_TARGET_SECONDS);
/** Shortest gap, which a player can tell from nothing. */
const LEAST_GAP_MS = 50;
/** Notices that wait while the index is read. */
const MAX_HELD = 2_000;

export class LiveWindow {
  readonly #options: LiveWindowOptions;
  readonly #waitMs: number;
  readonly #runs = new Map<string, RunStarted>();
  readonly #inits = new Map<string, Buffer>();
  readonly #renditions = new Map<RenditionName, LiveRendition>();
  readonly #initFiles = new Map<RenditionName, Map<string, string>>();
  /** Whole segments that were there when it was made: viewers know of one more, of which only parts were told. */
  readonly #foundOnDisk = new Map<RenditionName, number>();
  /** By how much each run's dates are later than it says, ms: it begins after all that is listed before it. */
  readonly #shiftsMs = new Map<string, number>();
  /** In the order in which they give up. */
  readonly #waiters = new Map<Waiter, { dueMs: number }>();
  #sweep: NodeJS.Timeout | null = null;
  #latestRun: RunStarted | null = null;
  #openRun: string | null = null;
  #isEnded = false;
  #isClosed = false;
  /** Notices since the reading of the index began; `null` when it is not being read. */
  #held: { notice: StoreNotice; bytes: Buffer | null }[] | null = null;
  #loading: Promise<void> = Promise.resolve();

  private constructor(options: LiveWindowOptions) {
    this.#options = options;
    this.#waitMs = options.waitMs ?? 3 * TARGET_SECONDS * 1000;
  }

  /** Begins to read what is on disk; notices told meanwhile are taken in after it. */
  static create(options: LiveWindowOptions): LiveWindow {
    const window = new LiveWindow(options);
    void window.#resync(true);
    return window;
  }

  /** What is on disk is taken in, as far as that was begun: when it was made, or because something was missed. */
  whenLoaded(): Promise<void> {
    return this.#loading;
  }

  /** The run that parts come of; `null` before the first and between two. */
  get openRun(): string | null {
    return this.#openRun;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get waiterCount(): number {
    return this.#waiters.size;
  }

  take(notice: StoreNotice, bytes: Buffer | null): void {
    if (this.#isClosed || this.#isEnded) return;
    if (this.#held !== null) {
      if (this.#held.length < MAX_HELD) this.#held.push({ notice, bytes });
      return;
    }
    if (this.#isAhead(notice)) {
      this.#held = [{ notice, bytes }];
      void this.#resync();
      return;
    }
    this.#apply(notice, bytes);
    this.#wake(notice.type === "part" || notice.type === "segment" ? notice.rendition : null);
  }

  /** The link to the media node was lost and is back: what was missed may be on disk. */
  relinked(): void {
    if (!this.#isClosed && !this.#isEnded && this.#held === null) void this.#resync();
  }

  /** The broadcast is over: playlists get their ENDLIST. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#openRun = null;
    for (const rendition of this.#renditions.values()) rendition.end();
    this.#wake();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#sweep !== null) clearTimeout(this.#sweep);
    for (const waiter of this.#waiters.keys()) waiter.done("closed");
  }

  multivariant(reach: Reach): string | null {
    return this.#latestRun === null ? null : writeMultivariantPlaylist(this.#latestRun.renditions, reach);
  }

  rendition(name: RenditionName): LiveRendition | null {
    return this.#renditions.get(name) ?? null;
  }

  initSegment(file: string): Buffer | null {
    return this.#inits.get(file) ?? null;
  }

  playlist(name: RenditionName, wish: { reach: Reach; isDelta: boolean }): PlaylistForms | null {
    const rendition = this.#renditions.get(name);
    if (rendition === undefined) return null;
    const others = [...this.#renditions.values()].filter((one) => one !== rendition && one.lastMsn >= 0);
    return rendition.playlist(
      wish,
      others.map((one) => one.report()),
    );
  }

  /** A run has begun, so that there is something to offer. */
  whenStarted(done: (outcome: WaitOutcome) => void): () => void {
    return this.#wait({
      rendition: null,
      isReady: () => this.#latestRun !== null || this.#isEnded,
      isVain: () => false,
      done,
    });
  }

  /**
   * The first whole segment is listed: plain players take no playlist without. A window that was filled from the disk
   * first catches up with what viewers were told before, while that may be expected.
   */
  whenPlayable(name: RenditionName, done: (outcome: WaitOutcome) => void): () => void {
    const find = () => this.#renditions.get(name);
    const hasSegment = () => (find()?.length ?? 0) > 0;
    const isCurrent = () => (find()?.lastMsn ?? -1) >= (this.#foundOnDisk.get(name) ?? 0);
    const isReady = () => this.#isEnded || (hasSegment() && isCurrent());
    const atLast = (outcome: WaitOutcome) => done(outcome === "late" && hasSegment() ? "ready" : outcome);
    return this.#wait({ rendition: name, isReady, isVain: () => false, done: atLast });
  }

  /** `_HLS_msn` and `_HLS_part`. Returns the undo, for a player that goes away. */
  whenListed(
    name: RenditionName,
    msn: number,
    part: number | null,
    done: (outcome: WaitOutcome) => void,
  ): () => void {
    const rendition = this.#renditions.get(name);
    const lastMsn = rendition?.lastMsn ?? -1;
    const isTooFar = msn > lastMsn + 2 || (part ?? 0) > (rendition?.openPartCount ?? 0) + ADVANCE_PART_LIMIT;
    if (isTooFar && !this.#isEnded && !rendition?.has(msn, part)) {
      done("too_far");
      return () => undefined;
    }
    const isReady = () => this.#isEnded || this.#renditions.get(name)?.has(msn, part) === true;
    return this.#wait({ rendition: name, isReady, isVain: () => false, done });
  }

  /** The part that the preload hint names; `closed` when its segment ended without it. */
  whenPart(name: RenditionName, msn: number, part: number, done: (outcome: WaitOutcome) => void): () => void {
    const find = () => this.#renditions.get(name);
    const isReady = () => (find()?.findPart(msn, part) ?? null) !== null;
    const isVain = () => this.#isEnded || this.#openRun === null || (find()?.length ?? 0) > msn;
    return this.#wait({ rendition: name, isReady, isVain, done });
  }

  #wait(wish: Waiter): () => void {
    if (wish.isReady()) {
      wish.done("ready");
      return () => undefined;
    }
    if (this.#isClosed || wish.isVain()) {
      wish.done("closed");
      return () => undefined;
    }
    const waiter: Waiter = {
      ...wish,
      done: (outcome) => {
        this.#waiters.delete(waiter);
        wish.done(outcome);
      },
    };
    this.#waiters.set(waiter, { dueMs: performance.now() + this.#waitMs });
    this.#sweep ??= setTimeout(() => this.#giveUp(), this.#waitMs);
    return () => void this.#waiters.delete(waiter);
  }

  /** One timer for all who wait: thousands come and go in the time that one may wait. */
  #giveUp(): void {
    this.#sweep = null;
    const now = performance.now();
    for (const [waiter, { dueMs }] of this.#waiters) {
      // A timer may fire up to a millisecond early.
      if (dueMs > now + 1) {
        this.#sweep = setTimeout(() => this.#giveUp(), dueMs - now);
        return;
      }
      waiter.done("late");
    }
  }

  /** Those who wait for another rendition need not look. */
  #wake(rendition: RenditionName | null = null): void {
    for (const waiter of this.#waiters.keys()) {
      if (rendition !== null && waiter.rendition !== null && waiter.rendition !== rendition) continue;
      if (waiter.isReady()) waiter.done("ready");
      else if (waiter.isVain()) waiter.done("closed");
    }
  }

  /** Something before it was missed. */
  #isAhead(notice: StoreNotice): boolean {
    if (notice.type !== "part" && notice.type !== "segment") return false;
    const rendition = this.#renditions.get(notice.rendition);
    if (rendition === undefined || !this.#runs.has(notice.run)) return true;
    return notice.msn > rendition.length + (rendition.lastMsn === rendition.length ? 1 : 0);
  }

  #resync(isFirst = false): Promise<void> {
    this.#held ??= [];
    this.#loading = this.#takeFromDisk(isFirst);
    return this.#loading;
  }

  async #takeFromDisk(isFirst: boolean): Promise<void> {
    try {
      await this.#options.index.refresh();
    } catch (error) {
      this.#options.onIndexFailure(error);
    }
    const held = this.#held ?? [];
    this.#held = null;
    if (this.#isClosed || this.#isEnded) return;
    this.#takeIndex();
    if (isFirst) for (const [name, { length }] of this.#renditions) this.#foundOnDisk.set(name, length);
    for (const { notice, bytes } of held) this.#apply(notice, bytes);
    this.#wake();
  }

  #takeIndex(): void {
    const { index } = this.#options;
    for (const run of index.runs.values()) if (!this.#runs.has(run.run)) this.#beginRun(run);
    const missed = [...index.segments].flatMap(([name, lines]) => {
      const from = this.#renditions.get(name)?.length ?? 0;
      const at = lines.findLastIndex((line) => line.msn < from) + 1;
      return lines.slice(at);
    });
    for (const line of missed.sort((a, b) => a.msn - b.msn)) this.#apply(line, null);
    if (this.#openRun !== null && index.endedRuns.has(this.#openRun)) this.#endRun(this.#openRun);
  }

  #apply(notice: StoreNotice, bytes: Buffer | null): void {
    switch (notice.type) {
      case "run":
        if (!this.#runs.has(notice.run)) this.#beginRun(notice);
        return;
      case "part": {
        const rendition = this.#renditions.get(notice.rendition);
        if (rendition === undefined || bytes === null || !this.#runs.has(notice.run)) return;
        const dated = this.#date(notice);
        this.#fillGaps(rendition, dated);
        rendition.addPart(dated, bytes);
        return;
      }
      case "segment": {
        const rendition = this.#renditions.get(notice.rendition);
        if (rendition === undefined || !this.#runs.has(notice.run)) return;
        const dated = this.#date(notice);
        this.#fillGaps(rendition, dated);
        rendition.addSegment(dated);
        return;
      }
      case "runEnd":
        this.#endRun(notice.run);
        return;
      case "thumbnail":
        return;
    }
  }

  #beginRun(notice: RunStarted): void {
    this.#runs.set(notice.run, notice);
    this.#latestRun = notice;
    this.#openRun = notice.run;
    for (const { name, initFile, initBase64 } of notice.renditions) {
      const initFiles = this.#initFiles.get(name) ?? new Map<string, string>();
      this.#initFiles.set(name, initFiles.set(notice.run, initFile));
      if (initBase64 !== undefined) this.#inits.set(initFile, joinRoomy([Buffer.from(initBase64, "base64")]));
      if (!this.#renditions.has(name)) this.#renditions.set(name, new LiveRendition(name, initFiles));
    }
    for (const rendition of this.#renditions.values()) rendition.runStarted(notice.run);
  }

  #endRun(run: string): void {
    if (run !== this.#openRun) return;
    this.#openRun = null;
    for (const rendition of this.#renditions.values()) rendition.runEnded();
  }

  /**
   * A run's first notice says when it began. Where the clock was set back between two lives of the media node that
   * can be before the end of what viewers have: then all of the run is that much later, in every rendition alike.
   */
  #date<Dated extends { run: string; msn: number; programDateTimeMs: number }>(notice: Dated): Dated {
    const { run, msn, programDateTimeMs } = notice;
    const shiftMs = this.#shiftsMs.get(run) ?? Math.max(0, this.#earliestMs(msn) - programDateTimeMs);
    this.#shiftsMs.set(run, shiftMs);
    return shiftMs === 0 ? notice : { ...notice, programDateTimeMs: programDateTimeMs + shiftMs };
  }

  /** Before this instant `msn` cannot begin: all that is listed, and the gaps up to it, come first. */
  #earliestMs(msn: number): number {
    const ends = [...this.#renditions.values()].map((rendition) => {
      const last = rendition.findSegment(rendition.length - 1);
      return last === null ? 0 : Math.ceil(endMs(last)) + Math.max(0, msn - rendition.length) * LEAST_GAP_MS;
    });
    return Math.max(0, ...ends);
  }

  /**
   * Segments between the last known and this one are lost. They take the run that other renditions say, so that all
   * have the same discontinuities, and share the time that this rendition has there.
   */
  #fillGaps(rendition: LiveRendition, next: { msn: number; run: string; programDateTimeMs: number }): void {
    if (next.msn > rendition.length) rendition.closeOpen();
    const count = next.msn - rendition.length;
    if (count <= 0) return;
    const last = rendition.findSegment(rendition.length - 1);
    const lastEndMs = last === null ? next.programDateTimeMs - count * TARGET_SECONDS * 1000 : endMs(last);
    const roomSeconds = Math.max(0, next.programDateTimeMs - lastEndMs) / 1000 / count;
    const durationSeconds = Math.min(TARGET_SECONDS, Math.floor(roomSeconds * 1e6) / 1e6);
    const others = [...this.#renditions.values()].filter((one) => one !== rendition);
    for (let n = 0; n < count; n++) {
      const twin = others.map((one) => one.findSegment(rendition.length)).find((one) => one !== null);
      rendition.addGap({
        run: twin?.run ?? last?.run ?? next.run,
        durationSeconds,
        programDateTimeMs: Math.max(0, lastEndMs + n * durationSeconds * 1000),
      });
    }
  }
}

function endMs(segment: { programDateTimeMs: number; durationSeconds: number }): number {
  return segment.programDateTimeMs + segment.durationSeconds * 1000;
}
