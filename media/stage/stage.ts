import path from "node:path";
import type {
  MediaNoticeData,
  MediaRequestData,
  SlateCard,
  StageStatus,
  VideoItem,
} from "../../server/contract/media.ts";
import type { SceneName } from "../../server/contract/stages.ts";
import type { ProgrammeSettings } from "../config.ts";
import { KeyedQueue } from "../keyed-queue.ts";
import type { Log } from "../log.ts";
import { MediaError } from "../media-error.ts";
import type { Scene } from "../mixer/mixer-messages.ts";
import { monotonicMs } from "../monotonic.ts";
import type { Notify } from "../notify.ts";
import type { Room } from "../sfu/room.ts";
import type { WorkerPool, WorkerSlot } from "../sfu/worker-pool.ts";
import { Broadcast } from "./broadcast.ts";
import type { Mixer } from "./mixer-process.ts";
import { type FileItem, MixerSession } from "./mixer-session.ts";
import { listLostNames, lookAtParticipants } from "./participants.ts";
import type { PortAllocator } from "./port-allocator.ts";
import { requireVideoFile } from "./require-video-file.ts";
import { RestartPace } from "./restart-pace.ts";
import { SceneDirector } from "./scene-director.ts";
import { createBackstage, createRooms, type StageRooms } from "./stage-rooms.ts";

/*
 * An open stage: backstage and audience room, the mixer between them, and the broadcast when there is one. Holds what
 * is wanted (slate, video item, broadcast); the mixer's session is made anew from it whenever the mixer or the worker
 * dies. Owned and closed by the node.
 */

export interface StageOptions {
  stageId: string;
  slate: SlateCard;
  pool: WorkerPool;
  ports: PortAllocator;
  takeMixer: () => Mixer;
  programme: ProgrammeSettings;
  dataDir: string;
  notify: Notify;
  log: Log;
  graceMs?: number;
}

type StartOptions = Pick<MediaRequestData<"stage:startBroadcast">, "isBackstageHeldBack" | "told">;
type MixerState = MediaNoticeData<"stage:mixerChanged">["state"];

/** How long `startBroadcast` waits for a mixer that is just being replaced. */
const MIXER_WAIT_MS = 4_000;
/** A mixer that is replaced shows the slate for a moment: nobody needs to be told of that. */
const SLATE_TOLD_AFTER_MS = 2_000;
/** A mixer after several that died has to live so long before all is said to be well. */
const STEADY_AFTER_MS = 1_000;

export class Stage {
  readonly stageId: string;
  readonly #options: StageOptions;
  readonly #director: SceneDirector;
  readonly #pace = new RestartPace();
  readonly #queue = new KeyedQueue();
  #rooms: StageRooms;
  #session: MixerSession | null = null;
  #slate: SlateCard;
  #video: (FileItem & { itemId: string; startedAt: string }) | null = null;
  #broadcast: Broadcast | null = null;
  #lastEnded: { broadcastId: string; endedAtMs: number } | null = null;
  #mixerState: MixerState = "restarting";
  #restart: NodeJS.Timeout | undefined;
  /** The session has its broadcast and is said, or about to be said, to run. */
  #isTakenUp = false;
  #steady: NodeJS.Timeout | undefined;
  #toldScene: SceneName = "slate";
  #slateTelling: NodeJS.Timeout | undefined;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  static async create(options: StageOptions): Promise<Stage> {
    const slot = options.pool.pick();
    let stage: Stage | undefined;
    const rooms = await createRooms(options, slot, {
      onProducersChanged: () => stage?.handleProducersChanged(),
      onActiveSpeaker: () => stage?.handleActiveSpeaker(),
    });
    stage = new Stage(options, rooms);
    void stage.#openSession();
    return stage;
  }

  private constructor(options: StageOptions, rooms: StageRooms) {
    this.#options = options;
    this.stageId = options.stageId;
    this.#slate = options.slate;
    this.#rooms = rooms;
    this.#director = new SceneDirector(
      () => ({
        participants: lookAtParticipants(this.#rooms.backstage, this.#session),
        activePeerId: this.#rooms.backstage.speakingPeerId,
        videoSourceId:
          this.#video && this.#session?.isFileReady(this.#video.sourceId) ? this.#video.sourceId : null,
      }),
      (scene) => this.#handleScene(scene),
    );
  }

  get backstage(): Room {
    return this.#rooms.backstage;
  }

  get audience(): Room {
    return this.#rooms.audience;
  }

  get slot(): WorkerSlot {
    return this.#rooms.backstage.slot;
  }

  get status(): StageStatus {
    return {
      stageId: this.stageId,
      broadcastId: this.#broadcast?.broadcastId ?? null,
      scene: this.#toldScene,
      isFailing: this.#mixerState === "failing",
      audienceRtpCapabilities: { ...this.#rooms.audience.router.rtpCapabilities },
    };
  }

  setSlate(slate: SlateCard): void {
    this.#slate = slate;
    this.#session?.setSlate(slate);
  }

  /** @throws not_found when the file is not there, unsupported_media when it is no file */
  async setVideo(video: VideoItem | null): Promise<void> {
    const filePath = video && path.join(this.#options.dataDir, "media", video.file);
    if (filePath !== null) await requireVideoFile(filePath);
    if (this.#isClosed) throw new MediaError("not_found", "the stage closed meanwhile");
    // A server that was restarted tells again what is on air: that plays on without a break.
    const isOnAir =
      video !== null && this.#video?.itemId === video.itemId && this.#video.startedAt === video.startedAt;
    if (isOnAir) return;
    if (this.#video) this.#session?.removeFile(this.#video.sourceId);
    this.#video =
      video === null || filePath === null
        ? null
        : {
            itemId: video.itemId,
            sourceId: `video-${video.itemId}`,
            path: filePath,
            startedAt: video.startedAt,
            startedAtSteadyMs: monotonicMs() - (Date.now() - Date.parse(video.startedAt)),
          };
    if (this.#video) this.#session?.addFile(this.#video);
    this.#director.changed();
  }

  /**
   * Answers the first run's beginning; the same for a repeat. `isBackstageHeldBack`: the schedule goes on air, not the
   * people who happen to be backstage. @throws conflict, timeout, disk_full
   */
  startBroadcast(
    broadcastId: string,
    { isBackstageHeldBack = false, told }: StartOptions = {},
  ): Promise<number> {
    return this.#queue.run("broadcast", async () => {
      if (this.#broadcast && this.#broadcast.broadcastId !== broadcastId) {
        throw new MediaError("conflict", "another broadcast is on this stage");
      }
      if (this.#broadcast) return await this.#broadcast.startedAtMs();
      this.backstage.holdBack(isBackstageHeldBack);
      await this.#untilMixerRuns();
      const { stageId, dataDir, notify, log } = this.#options;
      const broadcast = await Broadcast.create({ stageId, broadcastId, dataDir, told, notify, log });
      this.#broadcast = broadcast;
      if (this.#session?.isStarted) broadcast.attach(this.#session);
      try {
        return await broadcast.startedAtMs();
      } catch (error) {
        this.#broadcast = null;
        await broadcast.end(this.#session);
        throw error;
      }
    });
  }

  /** Answers the end of a broadcast; the same for a repeat. */
  endBroadcast(broadcastId: string): Promise<number> {
    return this.#queue.run("broadcast", async () => {
      const broadcast = this.#broadcast;
      if (broadcast?.broadcastId !== broadcastId) {
        // One that could not begin is taken back: who was held back for it no longer is.
        if (broadcast === null) this.backstage.holdBack(false);
        return this.#lastEnded?.broadcastId === broadcastId ? this.#lastEnded.endedAtMs : Date.now();
      }
      const endedAtMs = await broadcast.end(this.#session);
      this.#lastEnded = { broadcastId, endedAtMs };
      if (this.#broadcast === broadcast) this.#broadcast = null;
      this.backstage.holdBack(false);
      return endedAtMs;
    });
  }

  /**
   * Its worker died and stands again: a new backstage, whose peers are told to join anew, a new home for the audience,
   * a new session. Viewers on other workers stay.
   */
  async rebuild(): Promise<void> {
    const { notify, pool, log } = this.#options;
    const former = this.#rooms;
    const slot = this.slot;
    this.#loseSession();
    former.backstage.close();
    const [backstage] = await Promise.all([
      createBackstage(this.#options, slot, {
        membership: former.backstage.roster.membership,
        onProducersChanged: () => this.handleProducersChanged(),
        onActiveSpeaker: () => this.handleActiveSpeaker(),
      }),
      former.audience.rehome(),
    ]);
    if (this.#isClosed) return backstage.close();
    this.#rooms = { ...former, backstage };
    notify("room:closed", { roomId: backstage.roomId, reason: "media_restarted" });
    this.#setMixerState("restarting");
    log.warn(`[stage:${this.stageId}] rebuilt on worker ${slot.index} of ${pool.pids.length}`);
    await this.#openSession();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#restart);
    clearTimeout(this.#steady);
    clearTimeout(this.#slateTelling);
    this.#director.close();
    for (const resume of this.#waiting.splice(0)) resume();
    await this.#broadcast?.end(this.#session);
    await this.#session?.close();
    this.#broadcast = null;
    this.#session = null;
    this.#rooms.backstage.close();
    this.#rooms.audience.close();
  }

  /** For the rooms. */
  handleProducersChanged(): void {
    this.#session?.syncSources();
    this.#director.changed();
  }

  handleActiveSpeaker(): void {
    this.#director.changed();
  }

  #handleScene(scene: Scene): void {
    this.#session?.setScene(scene);
    clearTimeout(this.#slateTelling);
    if (scene.layout !== "slate") this.#tellScene(scene.layout);
    else this.#slateTelling = setTimeout(() => this.#tellScene("slate"), SLATE_TOLD_AFTER_MS);
  }

  #tellScene(scene: SceneName): void {
    if (scene === this.#toldScene) return;
    this.#toldScene = scene;
    const lostNames = scene === "slate" ? listLostNames(this.backstage, this.#session) : [];
    const lost = lostNames.length > 0 ? { lostNames } : {};
    this.#options.notify("stage:sceneChanged", { stageId: this.stageId, scene, ...lost });
    this.#options.log.info(`[stage:${this.stageId}] scene ${scene}`);
  }

  async #openSession(): Promise<void> {
    const { takeMixer, ports, programme, log } = this.#options;
    const { backstage, audience } = this.#rooms;
    const mixer = takeMixer();
    try {
      const session: MixerSession = await MixerSession.create({
        stageId: this.stageId,
        mixer,
        backstage,
        audience,
        ports,
        programme,
        slate: this.#slate,
        log,
        onSourcesChanged: () => this.#director.changed(),
        onFileEnded: (sourceId) => this.#handleFileEnded(sourceId),
        onPackaging: (notice) => this.#broadcast?.handle(notice),
        onStarted: () => this.#handleStarted(),
        onGone: (reason) => this.#handleMixerGone(reason),
      });
      if (this.#isClosed || backstage.isClosed || audience.isClosed) return await session.close();
      this.#session = session;
      session.setSlate(this.#slate);
      session.setScene(this.#director.scene);
      if (this.#video) session.addFile(this.#video);
      if (session.isStarted) this.#handleStarted();
    } catch (error) {
      if (this.#isClosed || backstage.isClosed) return;
      this.#handleMixerGone(error instanceof Error ? error.message : String(error));
    }
  }

  #handleStarted(): void {
    const session = this.#session;
    if (!session?.isStarted || this.#isTakenUp) return;
    this.#isTakenUp = true;
    this.#broadcast?.attach(session);
    if (this.#mixerState === "failing")
      this.#steady = setTimeout(() => this.#setMixerState("running"), STEADY_AFTER_MS);
    else this.#setMixerState("running");
    for (const resume of this.#waiting.splice(0)) resume();
  }

  #handleMixerGone(reason: string): void {
    if (this.#isClosed) return;
    const pauseMs = this.#pace.next(monotonicMs());
    this.#options.log.error(`[stage:${this.stageId}] mixer lost (${reason}), next in ${pauseMs} ms`);
    this.#loseSession();
    const isFailing = this.#pace.isFailing(monotonicMs());
    this.#setMixerState(isFailing ? "failing" : "restarting");
    // One that is replaced at once goes on with the scene; nobody sees one that is waited for.
    if (isFailing) this.#director.changed();
    clearTimeout(this.#restart);
    this.#restart = setTimeout(() => void this.#openSession(), pauseMs);
  }

  #loseSession(): void {
    clearTimeout(this.#restart);
    clearTimeout(this.#steady);
    const session = this.#session;
    this.#session = null;
    this.#isTakenUp = false;
    this.#broadcast?.detach();
    void session?.close();
  }

  #handleFileEnded(sourceId: string): void {
    const video = this.#video;
    if (video?.sourceId !== sourceId) return;
    this.#video = null;
    this.#session?.removeFile(sourceId);
    this.#director.changed();
    this.#options.notify("stage:videoEnded", { stageId: this.stageId, itemId: video.itemId });
  }

  #setMixerState(state: MixerState): void {
    if (state === this.#mixerState) return;
    this.#mixerState = state;
    this.#options.notify("stage:mixerChanged", { stageId: this.stageId, state });
  }

  /** @throws media_unavailable when no mixer runs in time */
  async #untilMixerRuns(): Promise<void> {
    if (this.#session?.isStarted) return;
    const resumed = Promise.withResolvers<void>();
    const timer = setTimeout(() => resumed.resolve(), MIXER_WAIT_MS);
    this.#waiting.push(() => resumed.resolve());
    await resumed.promise;
    clearTimeout(timer);
    if (!this.#session?.isStarted)
      throw new MediaError("media_unavailable", "the stage's mixer does not run");
  }
}
