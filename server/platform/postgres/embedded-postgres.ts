/*
 * A PostgreSQL of our own in the data folder, as a child process without a TCP port. Closed by `stop()`. When the
 * process that started it dies without stopping it, a guard (one sleeping shell) does: it reads a pipe that only
 * that process holds, and at its end asks the postmaster for a fast shutdown.
 */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { FolderLock, FolderLockedError } from "../folder-lock.ts";
import type { ClusterPaths } from "./cluster.ts";
import {
  clusterMajor,
  createCluster,
  DATABASE,
  postgresEnvironment,
  prepareFolders,
  readPassword,
  USER,
} from "./cluster.ts";
import type { Account } from "./find-account.ts";
import { findAccount } from "./find-account.ts";
import { findBinaries } from "./find-binaries.ts";
import { endOrphan } from "./orphan.ts";

/** Crash recovery of a large write-ahead log takes its time. */
const START_TIMEOUT_MS = 120_000;
/** For a start that meets the last moments of its killed predecessor's processes. */
const RETRY_WINDOW_MS = 10_000;
const STOP_TIMEOUT_MS = 6_000;
const LOG_MAX_BYTES = 10 * 1024 * 1024;

const GUARD = `trap '' INT TERM HUP
cat >/dev/null
[ "$(head -n 1 "$2/postmaster.pid" 2>/dev/null)" = "$1" ] || exit 0
kill -INT "$1" 2>/dev/null
for i in 1 2 3 4 5 6 7 8; do sleep 1; kill -0 "$1" 2>/dev/null || exit 0; done
kill -QUIT "$1" 2>/dev/null`;

export interface EmbeddedPostgresOptions {
  dataDir: string;
  log: (line: string) => void;
  /** Where initdb and postgres are; default: found by itself. */
  binDir?: string | null;
  /** `false` for tests: no fsync, so a power cut may lose everything. Default `true`. */
  isDurable?: boolean;
}

export class EmbeddedPostgres {
  /** For `pg` and Prisma: user, password and socket folder included. The same at every start. */
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<string>;
  #isStopping = false;

  private constructor(url: string, child: ChildProcess, guard: ChildProcess, lock: FolderLock) {
    this.url = url;
    this.pid = child.pid as number;
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      child.once("exit", (code, signal) => {
        guard.kill("SIGKILL");
        lock.release();
        resolve(signal ?? `code ${code}`);
      });
    });
  }

  /** Ready for connections, its database made. @throws Error with a sentence for people */
  static async start(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const account = findAccount(join(options.dataDir, "pg/cluster"));
    const paths = prepareFolders(options.dataDir, account);
    const lock = takeLock(paths, options.dataDir);
    try {
      await endOrphan(paths.clusterDir);
      const major = clusterMajor(paths.clusterDir);
      const binaries = findBinaries({
        binDir: options.binDir ?? null,
        account,
        copyDir: paths.binariesCopyDir,
        major,
      });
      if (major === null) createCluster(binaries, paths, account);
      const child = await startPostmaster(binaries.postgres, paths, account, options);
      const guard = startGuard(child.pid as number, paths.clusterDir, account);
      return new EmbeddedPostgres(urlOf(paths, DATABASE), child, guard, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** `listener` hears once of an end that nobody asked for, with the signal or exit code. */
  onExit(listener: (reason: string) => void): void {
    void this.#exited.then((reason) => {
      if (!this.#isStopping) listener(reason);
    });
  }

  /** Fast shutdown; after 6 s immediate, which the next start recovers from. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#child.kill("SIGINT");
    }
    const timer = setTimeout(() => this.#child.kill("SIGQUIT"), STOP_TIMEOUT_MS);
    await this.#exited;
    clearTimeout(timer);
  }

  /** Immediate end, for a second Ctrl-C: the next start recovers. */
  kill(): void {
    this.#isStopping = true;
    this.#child.kill("SIGQUIT");
  }
}

function takeLock(paths: ClusterPaths, dataDir: string): FolderLock {
  try {
    return FolderLock.take(join(paths.runDir, "postgres.lock"), "PostgreSQL");
  } catch (error) {
    if (!(error instanceof FolderLockedError)) throw error;
    throw new Error(
      `The database in ${dataDir} is already in use by process ${error.owner?.pid ?? "(unknown)"}. Stop that one first, or set TORILLA_DATA_DIR.`,
    );
  }
}

function urlOf(paths: ClusterPaths, database: string): string {
  const password = encodeURIComponent(readPassword(paths.runDir));
  return `postgresql://${USER}:${password}@localhost/${database}?host=${encodeURIComponent(paths.socketDir)}`;
}

async function startPostmaster(
  postgres: string,
  paths: ClusterPaths,
  account: Account | null,
  options: EmbeddedPostgresOptions,
): Promise<ChildProcess> {
  const retryUntil = Date.now() + RETRY_WINDOW_MS;
  for (;;) {
    const logFile = join(paths.runDir, "postgres.log");
    const logFd = openLog(logFile);
    const logStart = statSync(logFile).size;
    const child = spawn(postgres, argumentsOf(paths, options.isDurable ?? true), {
      stdio: ["ignore", logFd, logFd],
      cwd: "/",
      env: postgresEnvironment(),
      detached: true,
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    closeSync(logFd);
    const failure = await becomeReady(child, paths, options.log);
    if (failure === null) return child;
    const said = readFileSync(logFile).subarray(logStart).toString("utf8");
    if (!/lock file|shared memory block/.test(said) || Date.now() > retryUntil) {
      const fatal = said.match(/FATAL: .*(?:\n\t?(?:HINT|DETAIL): .*)?/)?.[0] ?? failure;
      throw new Error(`PostgreSQL did not start: ${fatal} (more in ${logFile})`);
    }
    await sleep(200);
  }
}

function argumentsOf(paths: ClusterPaths, isDurable: boolean): string[] {
  const settings = {
    listen_addresses: "",
    unix_socket_directories: `"${paths.socketDir}"`,
    unix_socket_permissions: "0700",
    timezone: "UTC",
    log_timezone: "UTC",
    log_line_prefix: "%m [%p] ",
    cluster_name: "torilla",
    shared_buffers: "128MB",
    max_connections: "100",
    jit: "off",
    ...(isDurable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return [
    "-D",
    paths.clusterDir,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** `null` once it answers, else why it never will. */
async function becomeReady(
  child: ChildProcess,
  paths: ClusterPaths,
  log: (line: string) => void,
): Promise<string | null> {
  let ended: string | null = null;
  child.once("error", (error) => {
    ended = error.message;
  });
  child.once("exit", (code, signal) => {
    ended ??= `it ended with ${signal ?? `code ${code}`}`;
  });
  const startedAt = Date.now();
  let hasToldOfRecovery = false;
  for (;;) {
    if (ended !== null) return ended;
    try {
      await ensureDatabase(urlOf(paths, "postgres"));
      return ended;
    } catch (error) {
      const code = (error as { code?: string }).code ?? "";
      if (code === "57P03" && !hasToldOfRecovery && Date.now() - startedAt > 1_000) {
        hasToldOfRecovery = true;
        log("PostgreSQL recovers from an unclean end");
      }
      const isStillStarting =
        ["57P03", "ENOENT", "ECONNREFUSED", "ECONNRESET"].includes(code) || ended !== null;
      if (!isStillStarting || Date.now() - startedAt > START_TIMEOUT_MS) {
        child.kill("SIGQUIT");
        return ended ?? `it does not let us in (${(error as Error).message})`;
      }
    }
    await sleep(30);
  }
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

function startGuard(pid: number, clusterDir: string, account: Account | null): ChildProcess {
  const guard = spawn("/bin/sh", ["-c", GUARD, "torilla-postgres-guard", String(pid), clusterDir], {
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    env: postgresEnvironment(),
    detached: true,
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  guard.on("error", () => {});
  guard.stdin?.on("error", () => {});
  guard.unref();
  return guard;
}

/** Appends; what has grown past 10 MiB becomes `postgres.log.1`. */
function openLog(file: string): number {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_MAX_BYTES) renameSync(file, `${file}.1`);
  return openSync(file, "a", 0o600);
}
