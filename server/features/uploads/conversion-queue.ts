import { fromPrisma, PgBoss } from "pg-boss";
import type { Prisma } from "../../../gen/prisma/client.ts";
import type { ServerContext } from "../../platform/context.ts";

const QUEUE = "media-convert";
/** A server that dies stops its heartbeat; its job is given out again after about this. */
const HEARTBEAT_SECONDS = 20;
const CHECK_SECONDS = 10;
/** Longest that one conversion may take: twelve hours of video at half speed. */
const EXPIRE_SECONDS = 23 * 3600;
const RETRIES = 2;
const STOP_TIMEOUT_MS = 3_000;

interface ConversionJob {
  mediaId: string;
}

/**
 * The jobs of conversion, in PostgreSQL: one at a time on this server, at most one for each video, given out again
 * when a server dies over it. Begins with its first use, so that a server without uploads has none of it.
 */
export class ConversionQueue {
  readonly #ctx: ServerContext;
  readonly #convert: (mediaId: string, signal: AbortSignal) => Promise<void>;
  readonly #stopping = new AbortController();
  #boss: Promise<PgBoss> | null = null;

  constructor(ctx: ServerContext, convert: (mediaId: string, signal: AbortSignal) => Promise<void>) {
    this.#ctx = ctx;
    this.#convert = convert;
  }

  /** Within `tx`: the job is there if and only if what `tx` did is. A video that has a job already gets no other. */
  async add(mediaId: string, tx: Prisma.TransactionClient): Promise<void> {
    const boss = await this.#start();
    await boss.send(QUEUE, { mediaId } satisfies ConversionJob, {
      singletonKey: mediaId,
      db: fromPrisma(tx),
    });
  }

  /** Must be called before a transaction in which `add` is, since the first use takes seconds. */
  async prepare(): Promise<void> {
    await this.#start();
  }

  /** What runs is stopped and done again by the next server. */
  async close(): Promise<void> {
    this.#stopping.abort(new Error("the server is stopping"));
    const boss = await this.#boss?.catch(() => null);
    await boss?.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
  }

  #start(): Promise<PgBoss> {
    this.#stopping.signal.throwIfAborted();
    this.#boss ??= this.#open().catch((error: unknown) => {
      this.#boss = null;
      throw error;
    });
    return this.#boss;
  }

  async #open(): Promise<PgBoss> {
    const boss = new PgBoss({
      connectionString: this.#ctx.config.databaseUrl ?? "",
      application_name: "torilla jobs",
      max: 3,
      schedule: false,
      superviseIntervalSeconds: CHECK_SECONDS,
      monitorIntervalSeconds: CHECK_SECONDS,
    });
    boss.on("error", (err) => this.#ctx.log.warn({ err }, "[jobs] trouble, tried again"));
    await boss.start();
    await boss.createQueue(QUEUE, {
      policy: "exclusive",
      heartbeatSeconds: HEARTBEAT_SECONDS,
      expireInSeconds: EXPIRE_SECONDS,
      retryLimit: RETRIES,
      retryDelay: 1,
    });
    await boss.work<ConversionJob>(QUEUE, { batchSize: 1, pollingIntervalSeconds: 1 }, async ([job]) => {
      if (!job) return;
      await this.#convert(job.data.mediaId, AbortSignal.any([this.#stopping.signal, job.signal]));
    });
    return boss;
  }
}
