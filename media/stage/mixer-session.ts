import type { SlateCard } from "../../server/contract/media.ts";
import type { ProgrammeSettings } from "../config.ts";
import type { Log } from "../log.ts";
import type { MixerConfig, MixerNotice, PictureSize, Scene } from "../mixer/mixer-messages.ts";
import type { Room } from "../sfu/room.ts";
import type { Mixer } from "./mixer-process.ts";
import type { PortAllocator } from "./port-allocator.ts";
import { ProgrammeFeed } from "./programme-feed.ts";
import { SourceFeed } from "./source-feed.ts";

/*
 * One life of a stage's mixer with all that hangs on it: its way into the audience room, the feeds of backstage
 * sources, the file on air. When the mixer dies the stage closes the session and opens another.
 */

export interface FileItem {
  sourceId: string;
  path: string;
  /** When its zero is or was, by `monotonicMs`. */
  startedAtSteadyMs: number;
}

export interface MixerSessionOptions {
  stageId: string;
  mixer: Mixer;
  backstage: Room;
  audience: Room;
  ports: PortAllocator;
  programme: ProgrammeSettings;
  slate: SlateCard;
  log: Log;
  /** Sources became ready, stalled, came or went. */
  onSourcesChanged: () => void;
  /** A file came to its end or cannot be played. */
  onFileEnded: (sourceId: string) => void;
  /** Runs, parts and thumbnails of the packager. */
  onPackaging: (notice: PackagingNotice) => void;
  onStarted: () => void;
  onGone: (reason: string) => void;
}

export type PackagingNotice = Extract<
  MixerNotice,
  { type: "runStarted" | "part" | "thumbnail" | "packagingStopped" }
>;

const SEGMENT_SECONDS = 2;
const PART_SECONDS = 1 / 3;
/** A source that failed (somebody else took its port meanwhile) is begun anew so often, at other ports. */
const SOURCE_RETRIES = 3;

export class MixerSession {
  readonly #options: MixerSessionOptions;
  readonly #feeds = new Map<string, SourceFeed>();
  readonly #files = new Map<string, { isReady: boolean }>();
  /** How often each source has failed. */
  readonly #failures = new Map<string, number>();
  #programme: ProgrammeFeed | undefined;
  #scene: Scene = { layout: "slate", pictures: [], audible: [] };
  #isSyncing = false;
  #mustSyncAgain = false;
  #isStarted = false;
  #isCreated = false;
  #isClosed = false;

  /** @throws Error when a room closed meanwhile; the mixer is closed then. */
  static async create(options: MixerSessionOptions): Promise<MixerSession> {
    const session = new MixerSession(options);
    try {
      await session.#start();
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  private constructor(options: MixerSessionOptions) {
    this.#options = options;
  }

  get isStarted(): boolean {
    return this.#isStarted && !this.#isClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get feeds(): ReadonlyMap<string, SourceFeed> {
    return this.#feeds;
  }

  isFileReady(sourceId: string): boolean {
    return this.#files.get(sourceId)?.isReady ?? false;
  }

  setScene(scene: Scene): void {
    this.#scene = scene;
    for (const feed of this.#feeds.values()) feed.chooseLayer(this.#shown);
    this.#options.mixer.send({ type: "setScene", scene });
  }

  setSlate(slate: SlateCard): void {
    this.#options.mixer.send({ type: "setSlate", slate });
  }

  addFile({ sourceId, path, startedAtSteadyMs }: FileItem): void {
    this.#files.set(sourceId, { isReady: false });
    this.#options.mixer.send({
      type: "addSource",
      sourceId,
      kind: "both",
      origin: { type: "file", path, startedAtSteadyMs },
    });
  }

  removeFile(sourceId: string): void {
    if (this.#files.delete(sourceId)) this.#options.mixer.send({ type: "removeSource", sourceId });
  }

  startPackaging(run: { run: string; firstMsn: number; wallOffsetMs: number }): void {
    this.#options.mixer.send({ type: "startPackaging", ...run });
  }

  stopPackaging(): void {
    this.#options.mixer.send({ type: "stopPackaging" });
  }

  /** Brings the feeds in line with the backstage's producers. Calls during a run of it lead to one more. */
  syncSources(): void {
    this.#mustSyncAgain = true;
    if (!this.#isSyncing) void this.#sync();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#programme?.close();
    for (const feed of this.#feeds.values()) feed.close();
    this.#feeds.clear();
    this.#files.clear();
    await this.#options.mixer.close();
  }

  async #start(): Promise<void> {
    const { mixer, audience, programme, onGone } = this.#options;
    mixer.listen({
      onNotice: (notice) => this.#handleNotice(notice),
      onGone: (reason) => {
        if (this.#isCreated && !this.#isClosed) onGone(reason);
      },
    });
    const rungs = [
      { name: "v720", maxBitrate: programme.videoKbps * 1500 },
      { name: "v360", maxBitrate: programme.lowVideoKbps * 1500 },
    ] as const;
    this.#programme = await ProgrammeFeed.create(audience.router, rungs, (rung) =>
      mixer.send({ type: "requestKeyFrame", rung }),
    );
    if (mixer.isGone) throw new Error("the mixer died before it was started");
    mixer.send({ type: "start", config: this.#config(this.#programme) });
    await Promise.all([
      audience.addProgramme(this.#programme.video),
      audience.addProgramme(this.#programme.audio),
    ]);
    if (mixer.isGone) throw new Error("the mixer died at its start");
    this.#isCreated = true;
    this.syncSources();
  }

  #config(feed: ProgrammeFeed): MixerConfig {
    const { stageId, programme, slate } = this.#options;
    const { widthPx, heightPx, fps, videoKbps, lowVideoKbps } = programme;
    const low = lowRung(widthPx, heightPx);
    return {
      stageId,
      canvas: { widthPx, heightPx, fps },
      rungs: [
        { name: "v720", widthPx, heightPx, videoKbps, isSteady: false, rtp: feed.targetOf("v720") },
        { name: "v360", ...low, videoKbps: lowVideoKbps, isSteady: true, rtp: feed.targetOf("v360") },
      ],
      audio: { opusKbps: 96, aacKbps: 128, rtp: feed.audioTarget },
      segmentSeconds: SEGMENT_SECONDS,
      partSeconds: PART_SECONDS,
      slate,
    };
  }

  async #sync(): Promise<void> {
    const { log, stageId } = this.#options;
    this.#isSyncing = true;
    try {
      while (this.#mustSyncAgain && !this.#isClosed) {
        this.#mustSyncAgain = false;
        await this.#syncOnce();
      }
    } catch (error) {
      log.error({ err: error }, `[stage:${stageId}] sources were not brought in line`);
    } finally {
      this.#isSyncing = false;
    }
  }

  async #syncOnce(): Promise<void> {
    const { backstage, mixer, ports, log, stageId, onSourcesChanged } = this.#options;
    const wanted = backstage.producers.filter(
      ({ peerId, producer }) =>
        !producer.closed && peerId !== null && backstage.roster.find(peerId)?.isInProgramme,
    );
    const wantedIds = new Set(wanted.map(({ producer }) => producer.id));
    for (const [sourceId, feed] of this.#feeds) {
      if (wantedIds.has(sourceId)) continue;
      this.#drop(feed);
      this.#failures.delete(sourceId);
    }
    for (const open of wanted) {
      if (this.#feeds.has(open.producer.id)) continue;
      try {
        const feed = await SourceFeed.create(backstage.router, open, ports);
        if (this.#isClosed) return feed.close();
        this.#feeds.set(feed.sourceId, feed);
        const { sourceId, kind, origin } = feed;
        mixer.send({ type: "addSource", sourceId, kind, origin, isStill: open.source === "screen" });
        feed.requestFirstPicture();
        feed.chooseLayer(this.#shown);
      } catch (error) {
        if (!this.#isClosed && !open.producer.closed) {
          log.error({ err: error }, `[stage:${stageId}] ${open.source} does not reach the mixer`);
        }
      }
    }
    if (!this.#isClosed) onSourcesChanged();
  }

  get #shown(): { scene: Scene; canvas: PictureSize } {
    return { scene: this.#scene, canvas: this.#options.programme };
  }

  #handleNotice(notice: MixerNotice): void {
    if (this.#isClosed) return;
    const { log, stageId, onStarted, onPackaging } = this.#options;
    switch (notice.type) {
      case "started":
        this.#isStarted = true;
        onStarted();
        break;
      case "sourceStarted":
      case "sourceRecovered":
        this.#setReady(notice.sourceId, true);
        break;
      case "sourceStalled":
        this.#setReady(notice.sourceId, false);
        break;
      case "sourceEnded":
        this.#handleFileEnd(notice.sourceId);
        break;
      case "sourceFailed":
        log.warn(`[stage:${stageId}] source ${notice.sourceId} failed: ${notice.reason}`);
        this.#setReady(notice.sourceId, false);
        this.#handleFileEnd(notice.sourceId);
        this.#beginAnew(notice.sourceId);
        break;
      case "needKeyFrame":
        this.#feeds.get(notice.sourceId)?.requestKeyFrame();
        break;
      case "runStarted":
      case "part":
      case "thumbnail":
      case "packagingStopped":
        onPackaging(notice);
        break;
      case "failed":
        log.error(`[stage:${stageId}] mixer: ${notice.reason}`);
        return;
      case "beat":
        for (const { sourceId, size } of notice.sources) {
          if (size) this.#feeds.get(sourceId)?.sawSize(size, this.#shown);
        }
        if (notice.framesLate > 0) log.debug({ beat: notice }, `[stage:${stageId}] late frames`);
    }
  }

  #setReady(sourceId: string, isReady: boolean): void {
    const file = this.#files.get(sourceId);
    this.#feeds.get(sourceId)?.setReady(isReady);
    if (file) file.isReady = file.isReady || isReady;
    this.#options.onSourcesChanged();
  }

  #beginAnew(sourceId: string): void {
    const feed = this.#feeds.get(sourceId);
    const failures = (this.#failures.get(sourceId) ?? 0) + 1;
    if (!feed || failures > SOURCE_RETRIES) return;
    this.#failures.set(sourceId, failures);
    this.#drop(feed);
    this.syncSources();
  }

  #drop(feed: SourceFeed): void {
    const { sourceId } = feed;
    this.#feeds.delete(sourceId);
    this.#options.mixer.send({ type: "removeSource", sourceId });
    feed.close();
  }

  #handleFileEnd(sourceId: string): void {
    if (this.#files.has(sourceId)) this.#options.onFileEnded(sourceId);
  }
}

/** 360 lines high in the canvas's shape; half of a canvas that is itself small. Even numbers, as 4:2:0 wants. */
function lowRung(widthPx: number, heightPx: number): { widthPx: number; heightPx: number } {
  const height = heightPx > 480 ? 360 : Math.max(90, 2 * Math.round(heightPx / 4));
  return { widthPx: 2 * Math.round((widthPx * height) / heightPx / 2), heightPx: height };
}
