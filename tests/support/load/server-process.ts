/*
 * The product's server as a process of its own beside its PostgreSQL, both on one core where asked, without launcher
 * and media node: for loads that only concern sockets and the database. `close()` leaves nothing behind.
 */
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PrismaClient } from "../../../gen/prisma/client.ts";
import { ROOT_DIR } from "../../../server/config.ts";
import { createDatabase } from "../../../server/platform/db.ts";
import { EmbeddedPostgres } from "../../../server/platform/postgres/embedded-postgres.ts";
import { cpuSeconds, cpuSecondsOfTree } from "../../bench/harness/cpu.ts";
import { pin, spawnPinned } from "../../bench/harness/spawn-pinned.ts";
import { findFreePort } from "../free-port.ts";
import { runStatement } from "../run-statement.ts";
import { waitFor } from "../wait-for.ts";

/** Without a delivery for so long, nothing more comes. */
const STILL_MS = 1_000;

export interface ServerProcess {
  url: string;
  pid: number;
  postgresPid: number;
  /** A client of its own to the same database. */
  db: PrismaClient;
  /** CPU seconds so far. */
  serverCpu(): number;
  /** Of the postmaster and all its backends, ended ones included. */
  postgresCpu(): number;
  /** Sum of a metric's values over its labels. 0 when there is none. */
  metric(name: string): Promise<number>;
  /** Statements that PostgreSQL ran for this database since the start, ours for counting left out. */
  statements(): Promise<number>;
  close(): Promise<void>;
}

export interface ServerProcessOptions {
  /** Core of server and PostgreSQL. */
  core: number;
  env?: NodeJS.ProcessEnv;
  nodeArgs?: string[];
  /** PostgreSQL counts statements (pg_stat_statements). Costs it some. */
  isCounting?: boolean;
}

export async function startServerProcess(options: ServerProcessOptions): Promise<ServerProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), "torilla-load-"));
  chmodSync(dataDir, 0o711);
  const postgres = await startPostgres(dataDir, options.isCounting ?? false);
  pin(postgres.pid, options.core);
  const [port, metricsPort] = [await findFreePort(), await findFreePort()];
  const server = spawnPinned({
    core: options.core,
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", ...(options.nodeArgs ?? []), "server/main.ts"],
    cwd: ROOT_DIR,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      NODE_ENV: "production",
      TORILLA_DATA_DIR: dataDir,
      DATABASE_URL: postgres.url,
      PORT: String(port),
      HOST: "127.0.0.1",
      TORILLA_PUBLIC_URL: `http://127.0.0.1:${port}`,
      TORILLA_METRICS_PORT: String(metricsPort),
      TORILLA_ANNOUNCED_ADDRESS: "127.0.0.1",
      TORILLA_LOG_LEVEL: "error",
      ...options.env,
    },
  });
  await once(server.child, "message", { signal: AbortSignal.timeout(60_000) });
  const db = createDatabase(postgres.url, { maxConnections: 2 });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: server.pid,
    postgresPid: postgres.pid,
    db,
    serverCpu: () => cpuSeconds(server.pid),
    postgresCpu: () => cpuSecondsOfTree(postgres.pid),
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      const values = [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "gm"))];
      return values.reduce((sum, [, value]) => sum + Number(value), 0);
    },
    async statements() {
      const [row] = await db.$queryRaw<{ calls: number }[]>`
        SELECT COALESCE(SUM(calls), 0)::float8 AS calls FROM pg_stat_statements
        WHERE query NOT LIKE '%pg_stat_statements%'`;
      return row?.calls ?? 0;
    },
    async close() {
      await db.$disconnect();
      await server.stop();
      await postgres.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function startPostgres(dataDir: string, isCounting: boolean): Promise<EmbeddedPostgres> {
  const first = await EmbeddedPostgres.start({ dataDir, log: () => {} });
  if (!isCounting) return first;
  await runStatement(first.url, "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'");
  await first.stop();
  const second = await EmbeddedPostgres.start({ dataDir, log: () => {} });
  await runStatement(second.url, "CREATE EXTENSION pg_stat_statements");
  return second;
}

/** Until all that was written is acknowledged and nobody lacks anything. @throws when that takes over a minute */
export async function waitForAllDelivered(group: {
  stats(): Promise<{ unsent: number; missing: number; joined: number; sockets: number }>;
}): Promise<void> {
  await waitFor(
    async () => {
      const { unsent, missing, joined, sockets } = await group.stats();
      return unsent === 0 && missing === 0 && joined === sockets;
    },
    { what: "every message at every socket", timeoutMs: 60_000 },
  );
}

/**
 * The same of a peer that keeps nothing: what it lost stays lost, and is not waited for.
 * @throws when deliveries go on for over a minute
 */
export async function untilStill(group: {
  stats(): Promise<{ unsent: number; deliveries: number }>;
}): Promise<void> {
  let [seen, sinceMs] = [-1, 0];
  const isStill = async () => {
    const { unsent, deliveries } = await group.stats();
    if (deliveries !== seen) [seen, sinceMs] = [deliveries, performance.now()];
    return unsent === 0 && performance.now() - sinceMs > STILL_MS;
  };
  await waitFor(isStill, { what: "an end of the peer's deliveries", timeoutMs: 60_000 });
}
