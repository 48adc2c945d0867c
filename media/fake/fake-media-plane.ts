import {
  type MediaNoticeName,
  type MediaRequestData,
  type MediaRequestName,
  type MediaRequestResult,
  mediaRequests,
  type SlateCard,
} from "../../server/contract/media.ts";
import type { MediaPlane } from "../../server/contract/media-plane.ts";
import { routerRtpCapabilities } from "../../server/contract/router-capabilities.ts";
import type { RunStarted } from "../../server/contract/segments.ts";
import type { SceneName } from "../../server/contract/stages.ts";
import { MediaError } from "../media-error.ts";
import type { Notify } from "../notify.ts";
import { FakeRoom } from "./fake-room.ts";

/*
 * A MediaPlane in memory, for tests in which media is not the point: rooms, rights, notices and refusals as of the
 * real one, no processes, ports or files. tests/contract/media-plane.test.ts holds the two against each other.
 */

interface FakeStage {
  backstage: FakeRoom;
  audience: FakeRoom;
  slate: SlateCard;
  broadcast: { broadcastId: string; startedAtMs: number; runCount: number } | null;
  ended: { broadcastId: string; endedAtMs: number } | null;
  videoItemId: string | null;
  scene: SceneName;
}

export interface FakeMediaPlaneOptions {
  /** @default 30_000 */
  graceMs?: number;
  /** Names of the files that `stage:setVideo` finds. @default every file */
  videoFiles?: ReadonlySet<string>;
}

type Handlers = {
  [Name in MediaRequestName]: (data: MediaRequestData<Name>) => MediaRequestResult<Name>;
};

export class FakeMediaPlane implements MediaPlane {
  readonly #options: FakeMediaPlaneOptions;
  readonly #listeners = new Map<string, Set<(data: never, bytes: Buffer | null) => void>>();
  readonly #connectionListeners = new Set<(isConnected: boolean) => void>();
  readonly #stages = new Map<string, FakeStage>();
  readonly #booths = new Map<string, FakeRoom>();
  readonly #handlers: Handlers;
  #isConnected = true;

  constructor(options: FakeMediaPlaneOptions = {}) {
    this.#options = options;
    this.#handlers = this.#createHandlers();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  request: MediaPlane["request"] = async (name, data) => {
    await Promise.resolve();
    if (!this.#isConnected) throw new MediaError("media_unavailable", "media node is not connected");
    const parsed = mediaRequests[name].data.safeParse(data);
    if (!parsed.success) throw new MediaError("bad_request", `${name}: ${parsed.error.message}`);
    return this.#handlers[name](parsed.data as never);
  };

  onNotice: MediaPlane["onNotice"] = (name, listener) => {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    const own = (data: never, bytes: Buffer | null) => listener(data, bytes);
    listeners.add(own);
    return () => listeners.delete(own);
  };

  onConnection(listener: (isConnected: boolean) => void): () => void {
    this.#connectionListeners.add(listener);
    listener(this.#isConnected);
    return () => this.#connectionListeners.delete(listener);
  }

  async close(): Promise<void> {
    this.forgetEverything();
    this.#isConnected = false;
    this.#listeners.clear();
    this.#connectionListeners.clear();
  }

  /** For tests: the link breaks or comes back; what is open stays. */
  setConnected(isConnected: boolean): void {
    if (isConnected === this.#isConnected) return;
    this.#isConnected = isConnected;
    for (const listener of this.#connectionListeners) listener(isConnected);
  }

  /** For tests: the node was restarted and has nothing open. */
  forgetEverything(): void {
    for (const room of this.#rooms()) room.close();
    this.#stages.clear();
    this.#booths.clear();
  }

  /** For tests: tells the server anything. */
  emit: Notify = (name, data, bytes) => this.#notify(name, data, bytes);

  /** For tests: the video on air comes to its end. */
  endVideo(stageId: string): void {
    const stage = this.#requireStage(stageId);
    const { videoItemId } = stage;
    if (videoItemId === null) return;
    stage.videoItemId = null;
    this.#notify("stage:videoEnded", { stageId, itemId: videoItemId });
    this.#chooseScene(stageId);
  }

  #createHandlers(): Handlers {
    return {
      "node:describe": () => ({
        nodeId: "fake",
        stages: [...this.#stages.keys()].map((stageId) => this.#status(stageId)),
        rooms: this.#rooms().map((room) => ({ roomId: room.roomId, peers: room.roster.all() })),
      }),
      "stage:open": ({ stageId, slate }) => this.#openStage(stageId, slate),
      "stage:close": ({ stageId }) => this.#closeStage(stageId),
      "stage:startBroadcast": (data) => this.#startBroadcast(data),
      "stage:endBroadcast": ({ stageId, broadcastId }) => this.#endBroadcast(stageId, broadcastId),
      "stage:setSlate": ({ stageId, slate }) => {
        this.#requireStage(stageId).slate = slate;
        return {};
      },
      "stage:setVideo": ({ stageId, video }) => {
        const stage = this.#requireStage(stageId);
        if (video && this.#options.videoFiles && !this.#options.videoFiles.has(video.file)) {
          throw new MediaError("not_found", "no such video file");
        }
        stage.videoItemId = video?.itemId ?? null;
        this.#chooseScene(stageId);
        return {};
      },
      "stage:clearAudience": ({ stageId, keptPeerIds }) => {
        this.#stages.get(stageId)?.audience.removeAllBut(new Set(keptPeerIds));
        return {};
      },
      "room:open": ({ roomId }) => this.#openBooth(roomId),
      "room:close": ({ roomId }) => {
        this.#booths.get(roomId)?.close();
        if (this.#booths.delete(roomId)) this.#notify("room:closed", { roomId, reason: "booth_closed" });
        return {};
      },
      "room:join": (data) => this.#requireRoom(data.roomId).join(data),
      "room:leave": ({ roomId, peerId }) =>
        this.#in(roomId, (room) => room.leave(peerId), { isLenient: true }),
      "room:setConnected": ({ roomId, peerId, isConnected }) =>
        this.#in(roomId, (room) => room.setConnected(peerId, isConnected)),
      "room:connectTransport": ({ roomId, peerId, transportId }) =>
        this.#in(roomId, (room) => room.requireTransport(peerId, transportId)),
      "room:restartIce": ({ roomId, peerId, transportId }) => ({
        iceParameters: this.#requireRoom(roomId).requireTransport(peerId, transportId).iceParameters,
      }),
      "room:produce": (data) => {
        const producerId = this.#requireRoom(data.roomId).produce(data);
        this.#chooseSceneOf(data.roomId);
        return { producerId };
      },
      "room:setProducerPaused": ({ roomId, peerId, producerId, isPaused }) =>
        this.#in(roomId, (room) => room.setProducerPaused(peerId, producerId, isPaused)),
      "room:closeProducer": ({ roomId, peerId, producerId }) =>
        this.#in(roomId, (room) => room.closeProducer(peerId, producerId)),
      "room:setConsumerPaused": ({ roomId, peerId, consumerId }) =>
        this.#in(roomId, (room) => room.requireConsumer(peerId, consumerId)),
      "room:setConsumerLayer": ({ roomId, peerId, consumerId }) =>
        this.#in(roomId, (room) => room.requireConsumer(peerId, consumerId)),
      "room:askToSpeak": ({ roomId, peerId, isAsking }) =>
        this.#in(roomId, (room) => room.askToSpeak(peerId, isAsking)),
      "room:setSpeakRight": ({ roomId, peerId, speakRight }) =>
        this.#in(roomId, (room) => room.setSpeakRight(peerId, speakRight)),
      "room:setInProgramme": ({ roomId, peerId, isInProgramme }) =>
        this.#in(roomId, (room) => room.setInProgramme(peerId, isInProgramme)),
      "room:removePeer": ({ roomId, peerId }) => {
        const displayName = this.#requireRoom(roomId).removePeer(peerId);
        this.#chooseSceneOf(roomId);
        return { displayName };
      },
    };
  }

  #openStage(stageId: string, slate: SlateCard): MediaRequestResult<"stage:open"> {
    const open = this.#stages.get(stageId);
    if (open) open.slate = slate;
    else {
      const shared = { notify: this.#notify, graceMs: this.#options.graceMs };
      const onCounted = (count: number) => this.#notify("stage:audienceCounted", { stageId, count });
      this.#stages.set(stageId, {
        backstage: new FakeRoom({ ...shared, roomId: `backstage:${stageId}`, kind: "backstage" }),
        audience: new FakeRoom({ ...shared, roomId: `audience:${stageId}`, kind: "audience", onCounted }),
        slate,
        broadcast: null,
        ended: null,
        videoItemId: null,
        scene: "slate",
      });
      queueMicrotask(() => this.#notify("stage:mixerChanged", { stageId, state: "running" }));
    }
    return this.#status(stageId);
  }

  #closeStage(stageId: string): Record<string, never> {
    const stage = this.#stages.get(stageId);
    if (!stage) return {};
    if (stage.broadcast) this.#endBroadcast(stageId, stage.broadcast.broadcastId);
    this.#stages.delete(stageId);
    for (const room of [stage.backstage, stage.audience]) {
      room.close();
      this.#notify("room:closed", { roomId: room.roomId, reason: "stage_closed" });
    }
    return {};
  }

  #startBroadcast(data: MediaRequestData<"stage:startBroadcast">): { startedAtMs: number } {
    const { stageId, broadcastId, isBackstageHeldBack = false } = data;
    const stage = this.#requireStage(stageId);
    if (stage.broadcast && stage.broadcast.broadcastId !== broadcastId) {
      throw new MediaError("conflict", "another broadcast is on this stage");
    }
    if (stage.broadcast) return { startedAtMs: stage.broadcast.startedAtMs };
    stage.backstage.roster.holdBack(isBackstageHeldBack);
    const startedAtMs = Date.now();
    stage.broadcast = { broadcastId, startedAtMs, runCount: 1 };
    this.#notify("store:written", { stageId, broadcastId, notice: fakeRun(startedAtMs) });
    return { startedAtMs };
  }

  #endBroadcast(stageId: string, broadcastId: string): { endedAtMs: number } {
    const stage = this.#requireStage(stageId);
    if (stage.broadcast?.broadcastId !== broadcastId) {
      if (stage.broadcast === null) stage.backstage.roster.holdBack(false);
      return { endedAtMs: stage.ended?.broadcastId === broadcastId ? stage.ended.endedAtMs : Date.now() };
    }
    const endedAtMs = Date.now();
    stage.broadcast = null;
    stage.backstage.roster.holdBack(false);
    stage.ended = { broadcastId, endedAtMs };
    this.#notify("store:written", { stageId, broadcastId, notice: { type: "runEnd", run: "r1", endedAtMs } });
    return { endedAtMs };
  }

  #openBooth(roomId: string): MediaRequestResult<"room:open"> {
    if (!roomId.startsWith("booth:"))
      throw new MediaError("bad_request", "a stage's rooms open with their stage");
    if (!this.#booths.has(roomId)) {
      const { graceMs } = this.#options;
      this.#booths.set(roomId, new FakeRoom({ roomId, kind: "booth", notify: this.#notify, graceMs }));
    }
    return { routerRtpCapabilities: routerRtpCapabilities };
  }

  #status(stageId: string): MediaRequestResult<"stage:open"> {
    const { broadcast, scene } = this.#requireStage(stageId);
    return {
      stageId,
      broadcastId: broadcast?.broadcastId ?? null,
      scene,
      isFailing: false,
      audienceRtpCapabilities: routerRtpCapabilities,
    };
  }

  #chooseSceneOf(roomId: string): void {
    if (roomId.startsWith("backstage:")) this.#chooseScene(roomId.slice("backstage:".length));
  }

  #chooseScene(stageId: string): void {
    const stage = this.#stages.get(stageId);
    if (!stage) return;
    const scene = stage.videoItemId !== null ? "video" : stage.backstage.hasPicture ? "full" : "slate";
    if (scene === stage.scene) return;
    stage.scene = scene;
    this.#notify("stage:sceneChanged", { stageId, scene });
  }

  #in(roomId: string, act: (room: FakeRoom) => unknown, { isLenient = false } = {}): Record<string, never> {
    const room = isLenient ? this.#findRoom(roomId) : this.#requireRoom(roomId);
    if (room) act(room);
    this.#chooseSceneOf(roomId);
    return {};
  }

  #rooms(): FakeRoom[] {
    const ofStages = [...this.#stages.values()].flatMap((stage) => [stage.backstage, stage.audience]);
    return [...ofStages, ...this.#booths.values()];
  }

  #requireStage(stageId: string): FakeStage {
    const stage = this.#stages.get(stageId);
    if (!stage) throw new MediaError("not_found", "the stage is not open");
    return stage;
  }

  #findRoom(roomId: string): FakeRoom | null {
    const [kind, id = ""] = roomId.split(":");
    if (kind === "booth") return this.#booths.get(roomId) ?? null;
    const stage = this.#stages.get(id);
    return (kind === "backstage" ? stage?.backstage : stage?.audience) ?? null;
  }

  #requireRoom(roomId: string): FakeRoom {
    const room = this.#findRoom(roomId);
    if (!room) throw new MediaError("not_found", "the room is not open");
    return room;
  }

  readonly #notify: Notify = (name: MediaNoticeName, data, bytes) => {
    const payload = bytes ? Buffer.from(bytes) : null;
    for (const listener of this.#listeners.get(name) ?? []) listener(data as never, payload);
  };
}

function fakeRun(startedAtMs: number): RunStarted {
  const video = { codecs: "avc1.42c01f", bandwidth: 3_000_000, widthPx: 1280, heightPx: 720, frameRate: 25 };
  return {
    type: "run",
    run: "r1",
    startedAtMs,
    renditions: [
      { name: "v720", initFile: "r1-v720-init.mp4", ...video },
      {
        name: "v360",
        initFile: "r1-v360-init.mp4",
        ...video,
        bandwidth: 900_000,
        widthPx: 640,
        heightPx: 360,
      },
      { name: "aud", initFile: "r1-aud-init.mp4", codecs: "mp4a.40.2", bandwidth: 160_000 },
    ],
  };
}
