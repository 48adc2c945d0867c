import type { types } from "mediasoup";
import type { Log } from "../log.ts";
import { MediaError } from "../media-error.ts";
import type { WorkerPool, WorkerSlot } from "./worker-pool.ts";

/*
 * The routers of one room. Home is where all that is sent comes in. An audience has others on further workers, made
 * when viewers are placed there and fed from home by one pipe per producer, however many watch. Owned and closed by
 * the room.
 */

/** A router of a room, on one worker. */
export interface Site {
  readonly slot: WorkerSlot;
  readonly router: types.Router;
}

export interface RoomSitesOptions {
  roomId: string;
  pool: WorkerPool;
  slot: WorkerSlot;
  /** Whether peers may be placed on other workers than home's. */
  canSpread: boolean;
  /** What one peer costs its worker, in viewers. */
  peerLoad: number;
  log: Log;
  /** The worker died, or the pipe to it failed: nothing at this site lives any more. */
  onLost: (site: Site) => void;
}

interface Edge {
  site: Site;
  peers: number;
  pipes: Map<string, Promise<unknown>>;
  emptySince: NodeJS.Timeout | undefined;
}

/** A room without peers, in viewers: what comes in and what goes to the mixer. */
const ROOM_LOAD = 4;
/** So much more load than elsewhere must home have until a pipe is worth it: a small audience stays together. */
export const SPREAD_ABOVE_LOAD = 40;
/** A worker without viewers keeps its pipes for so long. */
const EMPTY_EDGE_MS = 30_000;
/** A dead home stands again within this, or the peer asks anew. */
const HOME_WAIT_MS = 3_000;

export class RoomSites {
  readonly #options: RoomSitesOptions;
  readonly #edges = new Map<WorkerSlot, Promise<Edge>>();
  readonly #edgeOf = new Map<Site, Edge>();
  #home: Site;
  #waiting: (() => void)[] = [];
  #isClosed = false;

  static async create(options: RoomSitesOptions): Promise<RoomSites> {
    const { pool, slot } = options;
    return new RoomSites(options, { slot, router: await pool.createRouter(slot) });
  }

  private constructor(options: RoomSitesOptions, home: Site) {
    this.#options = options;
    this.#home = home;
    home.slot.load += ROOM_LOAD;
    this.#watch(home);
  }

  get home(): Site {
    return this.#home;
  }

  /** Routers beside home, for tests and logs. */
  get edgeCount(): number {
    return this.#edgeOf.size;
  }

  /** Where the next peer is to be; it counts as there until `leave`. @throws media_unavailable */
  async place(): Promise<Site> {
    for (;;) {
      const slot = this.#choose();
      if (slot === null) {
        await this.#untilHomeStands();
        continue;
      }
      slot.load += this.#options.peerLoad;
      if (slot === this.#home.slot) return this.#home;
      try {
        const edge = await this.#requireEdge(slot);
        edge.peers += 1;
        clearTimeout(edge.emptySince);
        return edge.site;
      } catch (error) {
        slot.load -= this.#options.peerLoad;
        if (this.#isClosed || !slot.worker.closed) throw unavailable("no router for the audience", error);
      }
    }
  }

  leave(site: Site): void {
    site.slot.load -= this.#options.peerLoad;
    const edge = this.#edgeOf.get(site);
    if (!edge) return;
    edge.peers -= 1;
    clearTimeout(edge.emptySince);
    if (edge.peers === 0) edge.emptySince = setTimeout(() => this.#drop(edge), EMPTY_EDGE_MS);
  }

  /** Makes what comes in at home available at `site`, once for all who are there. */
  async bring(producer: types.Producer, site: Site): Promise<void> {
    const edge = this.#edgeOf.get(site);
    if (!edge || producer.closed) return;
    const pipe = edge.pipes.get(producer.id) ?? this.#pipe(producer, edge);
    edge.pipes.set(producer.id, pipe);
    try {
      await pipe;
    } catch (error) {
      if (producer.closed || site.router.closed || this.#home.router.closed) return;
      this.#options.log.error(
        { err: error },
        `[${this.#options.roomId}] no pipe to worker ${site.slot.index}`,
      );
      this.#drop(edge);
      this.#options.onLost(site);
    }
  }

  /** Home's worker stands again: a new router there, for a room that outlived the old one. */
  async rehome(): Promise<void> {
    const { pool } = this.#options;
    const { slot } = this.#home;
    const router = await pool.createRouter(slot);
    if (this.#isClosed) return router.close();
    this.#home = { slot, router };
    this.#watch(this.#home);
    this.#resume();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const edge of this.#edgeOf.values()) this.#drop(edge);
    this.#home.slot.load -= ROOM_LOAD;
    this.#home.router.close();
    this.#resume();
  }

  /** `null`: no worker that could take a peer runs. */
  #choose(): WorkerSlot | null {
    const { canSpread, pool } = this.#options;
    const { slot: home, router } = this.#home;
    if (!canSpread) return home;
    const slots = pool.running.filter((slot) => slot !== home || !router.closed);
    const costOf = (slot: WorkerSlot) =>
      slot.load + (slot === home || this.#edges.has(slot) ? 0 : SPREAD_ABOVE_LOAD);
    return slots.toSorted((a, b) => costOf(a) - costOf(b))[0] ?? null;
  }

  #requireEdge(slot: WorkerSlot): Promise<Edge> {
    const present = this.#edges.get(slot);
    if (present) return present;
    const made = this.#createEdge(slot);
    this.#edges.set(slot, made);
    made.catch(() => this.#edges.delete(slot));
    return made;
  }

  async #createEdge(slot: WorkerSlot): Promise<Edge> {
    const { pool, log, roomId } = this.#options;
    const site = { slot, router: await pool.createRouter(slot) };
    const edge: Edge = { site, peers: 0, pipes: new Map(), emptySince: undefined };
    if (this.#isClosed) {
      site.router.close();
      throw unavailable("the room closed meanwhile");
    }
    this.#edgeOf.set(site, edge);
    this.#watch(site);
    log.info(`[${roomId}] spreads to worker ${slot.index}`);
    return edge;
  }

  async #pipe(producer: types.Producer, edge: Edge): Promise<void> {
    const { pipeProducer } = await this.#home.router.pipeToRouter({
      producerId: producer.id,
      router: edge.site.router,
      // Key frames come in bursts that a default buffer may not hold while the worker is busy.
      listenInfo: { protocol: "udp", ip: "127.0.0.1", recvBufferSize: 1 << 20, sendBufferSize: 1 << 20 },
      enableRtx: true,
      enableSctp: false,
    });
    pipeProducer?.observer.once("close", () => edge.pipes.delete(producer.id));
  }

  #watch(site: Site): void {
    site.router.once("workerclose", () => {
      const edge = this.#edgeOf.get(site);
      if (edge) this.#drop(edge);
      const lose = () => {
        if (!this.#isClosed) this.#options.onLost(site);
      };
      // Viewers are not told to come back to a node that is ending.
      if (this.#options.canSpread) this.#options.pool.unlessEnding(lose);
      else lose();
    });
  }

  #drop(edge: Edge): void {
    clearTimeout(edge.emptySince);
    this.#edgeOf.delete(edge.site);
    this.#edges.delete(edge.site.slot);
    edge.site.router.close();
  }

  async #untilHomeStands(): Promise<void> {
    if (this.#isClosed) throw unavailable("the room closed meanwhile");
    const stands = Promise.withResolvers<void>();
    const timer = setTimeout(() => stands.reject(unavailable("no media worker runs")), HOME_WAIT_MS);
    this.#waiting.push(stands.resolve);
    await stands.promise.finally(() => clearTimeout(timer));
    if (this.#isClosed) throw unavailable("the room closed meanwhile");
  }

  #resume(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}

function unavailable(message: string, cause?: unknown): MediaError {
  return new MediaError("media_unavailable", message, { cause });
}
