/*
 * The database of this start: PostgreSQL in the data folder, started again whenever it ends, or the one that
 * DATABASE_URL names, of which only is asked whether it answers.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { monotonicMs } from "../../media/monotonic.ts";
import type { Config } from "../config.ts";
import { EmbeddedPostgres } from "../platform/postgres/embedded-postgres.ts";
import { Backoff, describeDelay } from "./backoff.ts";
import { Fault } from "./fault.ts";
import { watchRoom } from "./room-watch.ts";

const ANSWER_WITHIN_MS = 15_000;

export interface SupervisedDatabase {
  url: string;
  /** Of the postmaster; `null` when it is not ours, or just being started again. */
  readonly pid: number | null;
  stop(): Promise<void>;
  kill(): void;
}

type Say = (sentence: string) => void;

/** @throws Error, Fault */
export async function startDatabase(config: Config, say: Say): Promise<SupervisedDatabase> {
  if (config.databaseUrl === null) return OwnDatabase.start(config, say);
  await waitForAnswer(config.databaseUrl);
  return { url: config.databaseUrl, pid: null, stop: async () => {}, kill: () => {} };
}

class OwnDatabase implements SupervisedDatabase {
  readonly url: string;
  readonly #config: Config;
  readonly #say: Say;
  readonly #backoff = new Backoff();
  readonly #stopSignal = new AbortController();
  readonly #unwatchRoom: () => void;
  #postgres: EmbeddedPostgres | null;
  #starting: Promise<void> = Promise.resolve();

  static async start(config: Config, say: Say): Promise<OwnDatabase> {
    return new OwnDatabase(config, say, await launch(config, say));
  }

  private constructor(config: Config, say: Say, postgres: EmbeddedPostgres) {
    this.url = postgres.url;
    this.#config = config;
    this.#say = say;
    this.#postgres = postgres;
    this.#watch(postgres, monotonicMs());
    this.#unwatchRoom = watchRoom(join(config.dataDir, "pg"), say);
  }

  get pid(): number | null {
    return this.#postgres?.pid ?? null;
  }

  async stop(): Promise<void> {
    this.#stopSignal.abort();
    this.#unwatchRoom();
    await this.#starting;
    await this.#postgres?.stop();
  }

  kill(): void {
    this.#stopSignal.abort();
    this.#unwatchRoom();
    this.#postgres?.kill();
  }

  #watch(postgres: EmbeddedPostgres, startedAt: number): void {
    postgres.onExit((reason) => {
      this.#postgres = null;
      this.#starting = this.#startAgain(`ended with ${reason}`, monotonicMs() - startedAt);
    });
  }

  async #startAgain(reason: string, livedMs: number): Promise<void> {
    const { signal } = this.#stopSignal;
    for (let why = reason; !signal.aborted; livedMs = 0) {
      const delayMs = this.#backoff.nextDelayMs(livedMs);
      this.#say(`PostgreSQL ${why}: started again ${describeDelay(delayMs)}`);
      await sleep(delayMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        this.#postgres = await launch(this.#config, this.#say);
        this.#watch(this.#postgres, monotonicMs());
        this.#say(`PostgreSQL is back (process ${this.#postgres.pid})`);
        return;
      } catch (error) {
        why = `could not be started (${(error as Error).message})`;
      }
    }
  }
}

function launch(config: Config, log: Say): Promise<EmbeddedPostgres> {
  return EmbeddedPostgres.start({ dataDir: config.dataDir, binDir: config.postgresBinDir, log });
}

/** Waits for a database that may be starting at the same moment. @throws Fault */
async function waitForAnswer(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const until = monotonicMs() + ANSWER_WITHIN_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      const isAway = /^(ECONN|ETIMEDOUT|ENOENT|EAI_AGAIN|57P03|EHOSTUNREACH)/.test(code ?? "");
      if (!isAway || monotonicMs() > until)
        throw new Fault(
          `The database at ${hostname}:${port || 5432} does not let us in: ${message || code}.`,
          {
            advice: "Start that PostgreSQL, correct DATABASE_URL, or leave it out to use the built-in one.",
          },
        );
    } finally {
      await client.end().catch(() => {});
    }
    await sleep(500);
  }
}
