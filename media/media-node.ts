import type { MediaRequestData, MediaRequestName, MediaRequestResult } from "../server/contract/media.ts";
import type { ProgrammeSettings } from "./config.ts";
import { KeyedQueue } from "./keyed-queue.ts";
import type { RequestHandler } from "./link/request-handler.ts";
import type { Log } from "./log.ts";
import { MediaError } from "./media-error.ts";
import type { Notify } from "./notify.ts";
import { Room } from "./sfu/room.ts";
import { WorkerPool, type WorkerSlot } from "./sfu/worker-pool.ts";
import type { Mixer } from "./stage/mixer-process.ts";
import { PortAllocator } from "./stage/port-allocator.ts";
import { Stage } from "./stage/stage.ts";

/*
 * Everything that one media node has open: workers, stages, booths' rooms. Does the link's requests; knows nothing
 * of the link. Closed by main.
 */

export interface MediaNodeOptions {
  nodeId: string;
  dataDir: string;
  programme: ProgrammeSettings;
  workers: {
    count: number;
    bin: string | undefined;
    listenIp: string;
    announcedAddresses: string[];
    firstPort: number;
  };
  takeMixer: () => Mixer;
  notify: Notify;
  log: Log;
  /** Tests shorten the 30 s that a disconnected peer keeps its place. */
  graceMs?: number;
}

type Handlers = {
  [Name in MediaRequestName]: (
    data: MediaRequestData<Name>,
  ) => MediaRequestResult<Name> | Promise<MediaRequestResult<Name>>;
};

const MAX_STAGES = 20;
const MAX_BOOTHS = 300;

export class MediaNode {
  readonly #options: MediaNodeOptions;
  readonly #stages = new Map<string, Stage>();
  readonly #booths = new Map<string, Room>();
  readonly #ports = new PortAllocator();
  readonly #queue = new KeyedQueue();
  readonly #handlers: Handlers;
  #pool!: WorkerPool;
  #isClosed = false;

  static async create(options: MediaNodeOptions): Promise<MediaNode> {
    const node = new MediaNode(options);
    node.#pool = await WorkerPool.create({
      count: options.workers.count,
      workerBin: options.workers.bin,
      listenIp: options.workers.listenIp,
      announcedAddresses: options.workers.announcedAddresses,
      firstPort: options.workers.firstPort,
      log: options.log,
      onReplaced: (slot) => void node.#handleWorkerReplaced(slot),
    });
    return node;
  }

  private constructor(options: MediaNodeOptions) {
    this.#options = options;
    this.#handlers = this.#createHandlers();
  }

  get workerPids(): number[] {
    return this.#pool.pids;
  }

  handle: RequestHandler = async (name, data) => {
    if (this.#isClosed) throw new MediaError("media_unavailable", "the media node is closing");
    return await this.#handlers[name](data);
  };

  /** A server came (back): peers that it does not speak for, and whose media are silent, are gone. */
  removeAbandonedPeers(sinceMs: number): void {
    for (const room of this.#rooms()) room.removeAbandoned(sinceMs);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pool.stopReplacing();
    await Promise.allSettled([...this.#stages.values()].map((stage) => stage.close()));
    for (const room of this.#booths.values()) room.close();
    this.#pool.close();
  }

  #createHandlers(): Handlers {
    return {
      "node:describe": () => ({
        nodeId: this.#options.nodeId,
        stages: [...this.#stages.values()].map((stage) => stage.status),
        rooms: this.#rooms().map((room) => ({ roomId: room.roomId, peers: room.roster.all() })),
      }),
      "stage:open": (data) => this.#openStage(data),
      "stage:close": (data) => this.#closeStage(data.stageId),
      "stage:startBroadcast": async ({ stageId, broadcastId, ...how }) => ({
        startedAtMs: await this.#requireStage(stageId).startBroadcast(broadcastId, how),
      }),
      "stage:endBroadcast": async ({ stageId, broadcastId }) => ({
        endedAtMs: await this.#requireStage(stageId).endBroadcast(broadcastId),
      }),
      "stage:setSlate": ({ stageId, slate }) => done(this.#requireStage(stageId).setSlate(slate)),
      "stage:setVideo": async ({ stageId, video }) => done(await this.#requireStage(stageId).setVideo(video)),
      "stage:clearAudience": ({ stageId, keptPeerIds }) =>
        done(this.#stages.get(stageId)?.audience.removeAllBut(new Set(keptPeerIds))),
      "room:open": ({ roomId }) => this.#openBooth(roomId),
      "room:close": ({ roomId }) => this.#closeBooth(roomId),
      "room:join": (data) => this.#requireRoom(data.roomId).join(data),
      "room:leave": async ({ roomId, peerId }) => done(await this.#findRoom(roomId)?.leave(peerId)),
      "room:setConnected": ({ roomId, peerId, isConnected }) =>
        done(this.#requireRoom(roomId).setConnected(peerId, isConnected)),
      "room:connectTransport": async (data) =>
        done(await this.#requireRoom(data.roomId).connectTransport(data)),
      "room:restartIce": async ({ roomId, peerId, transportId }) => ({
        iceParameters: await this.#requireRoom(roomId).restartIce(peerId, transportId),
      }),
      "room:produce": async (data) => ({ producerId: await this.#requireRoom(data.roomId).produce(data) }),
      "room:setProducerPaused": async ({ roomId, peerId, producerId, isPaused }) =>
        done(await this.#requireRoom(roomId).setProducerPaused(peerId, producerId, isPaused)),
      "room:closeProducer": ({ roomId, peerId, producerId }) =>
        done(this.#requireRoom(roomId).closeProducer(peerId, producerId)),
      "room:setConsumerPaused": async ({ roomId, peerId, consumerId, isPaused }) =>
        done(await this.#requireRoom(roomId).consumers.setPaused(peerId, consumerId, isPaused)),
      "room:setConsumerLayer": async ({ roomId, peerId, consumerId, spatialLayer, isLineFull = false }) =>
        done(
          await this.#requireRoom(roomId).consumers.setLayer(peerId, consumerId, {
            spatialLayer,
            isLineFull,
          }),
        ),
      "room:askToSpeak": ({ roomId, peerId, isAsking }) =>
        done(this.#requireRoom(roomId).askToSpeak(peerId, isAsking)),
      "room:setSpeakRight": ({ roomId, peerId, speakRight }) =>
        done(this.#requireRoom(roomId).setSpeakRight(peerId, speakRight)),
      "room:setInProgramme": ({ roomId, peerId, isInProgramme }) =>
        done(this.#requireRoom(roomId).setInProgramme(peerId, isInProgramme)),
      "room:removePeer": ({ roomId, peerId }) => ({
        displayName: this.#requireRoom(roomId).removePeer(peerId),
      }),
    };
  }

  #openStage({ stageId, slate }: MediaRequestData<"stage:open">): Promise<MediaRequestResult<"stage:open">> {
    return this.#queue.run(`stage:${stageId}`, async () => {
      const open = this.#stages.get(stageId);
      if (open) {
        open.setSlate(slate);
        return open.status;
      }
      if (this.#stages.size >= MAX_STAGES) throw new MediaError("room_full", "too many stages on this node");
      const { takeMixer, programme, dataDir, notify, log, graceMs } = this.#options;
      const stage = await Stage.create({
        stageId,
        slate,
        pool: this.#pool,
        ports: this.#ports,
        takeMixer,
        programme,
        dataDir,
        notify,
        log,
        graceMs,
      });
      if (this.#isClosed) await stage.close();
      else this.#stages.set(stageId, stage);
      log.info(`[stage:${stageId}] open`);
      return stage.status;
    });
  }

  #closeStage(stageId: string): Promise<Record<string, never>> {
    return this.#queue.run(`stage:${stageId}`, async () => {
      const stage = this.#stages.get(stageId);
      if (!stage) return {};
      this.#stages.delete(stageId);
      await stage.close();
      for (const { roomId } of [stage.backstage, stage.audience]) {
        this.#options.notify("room:closed", { roomId, reason: "stage_closed" });
      }
      this.#options.log.info(`[stage:${stageId}] closed`);
      return {};
    });
  }

  #openBooth(roomId: string): Promise<MediaRequestResult<"room:open">> {
    if (!roomId.startsWith("booth:"))
      throw new MediaError("bad_request", "a stage's rooms open with their stage");
    return this.#queue.run(roomId, async () => {
      const room = this.#booths.get(roomId) ?? (await this.#createBooth(roomId, this.#pool.pick()));
      return { routerRtpCapabilities: { ...room.router.rtpCapabilities } };
    });
  }

  async #createBooth(roomId: string, slot: WorkerSlot): Promise<Room> {
    if (this.#booths.size >= MAX_BOOTHS) throw new MediaError("room_full", "too many booths on this node");
    const { notify, log, graceMs } = this.#options;
    const room = await Room.create({ roomId, kind: "booth", pool: this.#pool, slot, notify, log, graceMs });
    if (this.#isClosed) room.close();
    else this.#booths.set(roomId, room);
    return room;
  }

  #closeBooth(roomId: string): Promise<Record<string, never>> {
    return this.#queue.run(roomId, async () => {
      const room = this.#booths.get(roomId);
      if (!room) return {};
      this.#booths.delete(roomId);
      room.close();
      this.#options.notify("room:closed", { roomId, reason: "booth_closed" });
      return {};
    });
  }

  async #handleWorkerReplaced(slot: WorkerSlot): Promise<void> {
    const { notify, log } = this.#options;
    const stages = [...this.#stages.values()].filter((stage) => stage.slot === slot);
    const booths = [...this.#booths.values()].filter((room) => room.slot === slot);
    const rebuilt = await Promise.allSettled([
      ...stages.map((stage) => this.#queue.run(`stage:${stage.stageId}`, () => stage.rebuild())),
      ...booths.map(({ roomId }) =>
        this.#queue.run(roomId, async () => {
          if (!this.#booths.delete(roomId)) return;
          await this.#createBooth(roomId, slot);
          notify("room:closed", { roomId, reason: "media_restarted" });
        }),
      ),
    ]);
    for (const outcome of rebuilt) {
      if (outcome.status === "rejected")
        log.error({ err: outcome.reason }, `[worker:${slot.index}] rebuild failed`);
    }
  }

  #rooms(): Room[] {
    return [
      ...[...this.#stages.values()].flatMap((stage) => [stage.backstage, stage.audience]),
      ...this.#booths.values(),
    ];
  }

  #requireStage(stageId: string): Stage {
    const stage = this.#stages.get(stageId);
    if (!stage) throw new MediaError("not_found", "the stage is not open");
    return stage;
  }

  #findRoom(roomId: string): Room | null {
    const [kind, id = ""] = roomId.split(":");
    if (kind === "booth") return this.#booths.get(roomId) ?? null;
    const stage = this.#stages.get(id);
    return (kind === "backstage" ? stage?.backstage : stage?.audience) ?? null;
  }

  #requireRoom(roomId: string): Room {
    const room = this.#findRoom(roomId);
    if (!room) throw new MediaError("not_found", "the room is not open");
    return room;
  }
}

function done(_result: unknown): Record<string, never> {
  return {};
}
