import { createWorker, type types } from "mediasoup";
import { routerMediaCodecs } from "../../server/contract/router-capabilities.ts";
import type { Log } from "../log.ts";

/*
 * mediasoup's worker processes, each with one WebRtcServer (one UDP and one TCP port). Replaces a worker that dies
 * and then tells so: its rooms must be made anew. Owned and closed by the node.
 */

export interface WorkerPoolOptions {
  count: number;
  workerBin: string | undefined;
  listenIp: string;
  /** The first is mediasoup's own; peers get candidates for all. */
  announcedAddresses: string[];
  /** First port; slot n listens on `firstPort + n`. 0: any free ports (tests). */
  firstPort: number;
  log: Log;
  /** The slot's worker died and a new one stands in its place. */
  onReplaced: (slot: WorkerSlot) => void;
}

export interface WorkerSlot {
  readonly index: number;
  worker: types.Worker;
  webRtcServer: types.WebRtcServer;
  /** Rooms placed here, for choosing the least loaded. */
  roomCount: number;
}

/** PlainTransports towards mixers; must not meet the mixers' own ports (stage/port-allocator.ts). */
const PLAIN_PORTS = { min: 20_000, max: 25_999 };
/** A signal to the whole process group kills a worker before this process has heard of it. */
const SIGNAL_PAUSE_MS = 30;
const RESPAWN_ATTEMPTS = 40;
const RESPAWN_PAUSE_MS = 250;

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: WorkerSlot[] = [];
  #isClosed = false;

  /** @throws Error when a worker cannot start or its port is taken. */
  static async create(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    for (let index = 0; index < options.count; index += 1) {
      const slot: WorkerSlot = { index, roomCount: 0, ...(await pool.#spawn(index)) };
      pool.#slots.push(slot);
      pool.#watch(slot);
    }
    return pool;
  }

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get pids(): number[] {
    return this.#slots.map((slot) => slot.worker.pid);
  }

  /** The slot with the fewest rooms. */
  pick(): WorkerSlot {
    return this.#slots.reduce((least, slot) => (slot.roomCount < least.roomCount ? slot : least));
  }

  get announcedAddresses(): readonly string[] {
    return this.#options.announcedAddresses;
  }

  async createRouter(slot: WorkerSlot): Promise<types.Router> {
    return await slot.worker.createRouter({ mediaCodecs: structuredClone([...routerMediaCodecs]) });
  }

  /** The node is ending: Ctrl-C reaches the workers too, and their death is no accident. */
  stopReplacing(): void {
    this.#isClosed = true;
  }

  close(): void {
    this.#isClosed = true;
    for (const slot of this.#slots) slot.worker.close();
  }

  async #spawn(index: number): Promise<Pick<WorkerSlot, "worker" | "webRtcServer">> {
    const { workerBin, listenIp, announcedAddresses, firstPort } = this.#options;
    const worker = await createWorker({
      logLevel: "warn",
      rtcMinPort: PLAIN_PORTS.min,
      rtcMaxPort: PLAIN_PORTS.max,
      ...(workerBin ? { workerBin } : {}),
    });
    try {
      const port = firstPort === 0 ? {} : { port: firstPort + index };
      const address = { ip: listenIp, announcedAddress: announcedAddresses[0]!, ...port };
      const webRtcServer = await worker.createWebRtcServer({
        listenInfos: [
          { protocol: "udp", ...address },
          { protocol: "tcp", ...address },
        ],
      });
      return { worker, webRtcServer };
    } catch (error) {
      worker.close();
      throw error;
    }
  }

  #watch(slot: WorkerSlot): void {
    const { log } = this.#options;
    slot.worker.once("died", (error) => {
      setTimeout(() => {
        if (this.#isClosed) return;
        log.error({ err: error }, `[worker:${slot.index}] died, replacing it`);
        void this.#replace(slot);
      }, SIGNAL_PAUSE_MS);
    });
  }

  async #replace(slot: WorkerSlot): Promise<void> {
    const { log } = this.#options;
    for (let attempt = 1; attempt <= RESPAWN_ATTEMPTS && !this.#isClosed; attempt += 1) {
      try {
        Object.assign(slot, await this.#spawn(slot.index));
        if (this.#isClosed) return slot.worker.close();
        this.#watch(slot);
        log.warn(`[worker:${slot.index}] replaced (pid ${slot.worker.pid})`);
        this.#options.onReplaced(slot);
        return;
      } catch (error) {
        log.error({ err: error }, `[worker:${slot.index}] cannot start, attempt ${attempt}`);
        await new Promise((resolve) => setTimeout(resolve, RESPAWN_PAUSE_MS * (1 + Math.random())));
      }
    }
    if (this.#isClosed) return;
    // The launcher starts the node anew, with everything in it.
    log.fatal(`[worker:${slot.index}] could not be replaced, the node ends`);
    process.kill(process.pid, "SIGTERM");
  }
}
