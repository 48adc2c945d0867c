import { constants, setPriority } from "node:os";
import { createWorker, type types } from "mediasoup";
import { routerMediaCodecs } from "../../server/contract/router-capabilities.ts";
import { HangWatch } from "../hang-watch.ts";
import type { Log } from "../log.ts";

/*
 * mediasoup's worker processes, each with one WebRtcServer (one UDP and one TCP port). Replaces a worker that dies or
 * hangs and then tells so: its rooms must be made anew. Owned and closed by the node.
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
  /** What rooms and peers have placed here, in viewers' worth; for choosing the least loaded. */
  load: number;
}

/** PlainTransports towards mixers, pipes between workers; must not meet the mixers' own (stage/port-allocator.ts). */
const LOOPBACK_PORTS = { min: 20_000, max: 25_999 };
/** A signal to the whole process group kills a worker before this process has heard of it. */
const SIGNAL_PAUSE_MS = 30;
const RESPAWN_ATTEMPTS = 40;
const RESPAWN_PAUSE_MS = 250;
/**
 * A worker answers within milliseconds. One that works is full at first, and killing it would make all its viewers enter
 * at once on a full machine; after so long it is in a loop.
 */
const HANG_DEADLINES = { idleMs: 1_000, busyMs: 10_000 };

export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #slots: WorkerSlot[] = [];
  readonly #watches = new Map<WorkerSlot, HangWatch>();
  #isClosed = false;

  /** @throws Error when a worker cannot start or its port is taken. */
  static async create(options: WorkerPoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    const indices = Array.from({ length: options.count }, (_, index) => index);
    const spawned = await Promise.allSettled(indices.map((index) => pool.#spawn(index)));
    for (const [index, outcome] of spawned.entries()) {
      if (outcome.status === "fulfilled") pool.#slots.push({ index, load: 0, ...outcome.value });
    }
    const failed = spawned.find((outcome) => outcome.status === "rejected");
    if (failed) {
      pool.close();
      throw failed.reason;
    }
    for (const slot of pool.#slots) pool.#watch(slot);
    return pool;
  }

  private constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  get pids(): number[] {
    return this.#slots.map((slot) => slot.worker.pid);
  }

  /** Those whose worker runs, as far as is known. */
  get running(): WorkerSlot[] {
    return this.#slots.filter(({ worker }) => !worker.closed);
  }

  /** The slot with the least load, a running one if there is one. */
  pick(): WorkerSlot {
    const candidates = this.running.length > 0 ? this.running : this.#slots;
    return candidates.reduce((least, slot) => (slot.load < least.load ? slot : least));
  }

  get announcedAddresses(): readonly string[] {
    return this.#options.announcedAddresses;
  }

  async createRouter(slot: WorkerSlot): Promise<types.Router> {
    return await slot.worker.createRouter({ mediaCodecs: structuredClone([...routerMediaCodecs]) });
  }

  /** After a worker's death: `work` a moment later, if it then still is an accident. */
  unlessEnding(work: () => void): void {
    setTimeout(() => {
      if (!this.#isClosed) work();
    }, SIGNAL_PAUSE_MS);
  }

  /** The node is ending: Ctrl-C reaches the workers too, and their death is no accident. */
  stopReplacing(): void {
    this.#isClosed = true;
    for (const watch of this.#watches.values()) watch.close();
  }

  close(): void {
    this.stopReplacing();
    for (const slot of this.#slots) slot.worker.close();
  }

  async #spawn(index: number): Promise<Pick<WorkerSlot, "worker" | "webRtcServer">> {
    const { workerBin, listenIp, announcedAddresses, firstPort } = this.#options;
    const worker = await createWorker({
      logLevel: "warn",
      rtcMinPort: LOOPBACK_PORTS.min,
      rtcMaxPort: LOOPBACK_PORTS.max,
      ...(workerBin ? { workerBin } : {}),
    });
    putFirst(worker.pid);
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
    const { worker } = slot;
    let isAsked = false;
    const watch = new HangWatch({
      pid: worker.pid,
      ...HANG_DEADLINES,
      ask: () => {
        if (isAsked) return;
        isAsked = true;
        worker.getResourceUsage().then(
          () => {
            isAsked = false;
            watch.heard();
          },
          () => watch.close(),
        );
      },
      onHung: (reason) => {
        log.error(`[worker:${slot.index}] hangs (${reason}), killed`);
        process.kill(worker.pid, "SIGKILL");
      },
    });
    watch.heard();
    this.#watches.set(slot, watch);
    worker.once("died", (error) => {
      watch.close();
      this.unlessEnding(() => {
        log.error({ err: error }, `[worker:${slot.index}] died, replacing it`);
        void this.#replace(slot);
      });
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

/** What is on its way to viewers cannot wait; what else runs here can. Where that is not allowed, nothing changes. */
function putFirst(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_ABOVE_NORMAL);
  } catch {}
}
