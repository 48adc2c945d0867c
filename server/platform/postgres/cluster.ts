/*
 * Where the embedded PostgreSQL keeps its things, and the making of a new cluster.
 *   <data>/pg/cluster          PGDATA, owned by the account that PostgreSQL runs as
 *   <data>/pg/socket           0700, the only way in: no TCP
 *   <data>/run/postgres.log, postgres-password, postgres.lock
 * When Torilla runs as root and the unprivileged account may not enter the data folder (a checkout under /root),
 * <data>/pg is a link to a folder under /var/lib/torilla.
 */
import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { socketPath } from "../socket-path.ts";
import type { Account } from "./find-account.ts";
import { canEnter } from "./find-account.ts";
import type { Binaries } from "./find-binaries.ts";

const STATE_DIR = "/var/lib/torilla";
export const USER = "torilla";
export const DATABASE = "torilla";

export interface ClusterPaths {
  clusterDir: string;
  socketDir: string;
  runDir: string;
  /** A place for a copy of the binaries that the account can reach. */
  binariesCopyDir: string;
}

/** Makes the folders around the cluster; idempotent. @throws Error with a sentence */
export function prepareFolders(dataDir: string, account: Account | null): ClusterPaths {
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const runDir = join(dataDir, "run");
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const link = join(dataDir, "pg");
  if (account !== null && !existsSync(link) && !canEnter(account, dataDir)) {
    const id = createHash("sha256").update(realpathSync(dataDir)).digest("hex").slice(0, 12);
    const elsewhere = join(STATE_DIR, id);
    mkdirSync(elsewhere, { recursive: true, mode: 0o711 });
    symlinkSync(elsewhere, link);
  }
  mkdirSync(link, { recursive: true, mode: 0o700 });
  const home = realpathSync(link);
  own(home, account);
  const socketDir = dirname(socketPath(join(home, "socket"), ".s.PGSQL.5432"));
  mkdirSync(socketDir, { recursive: true, mode: 0o700 });
  if (!lstatSync(socketDir).isDirectory()) throw new Error(`${socketDir} is not a folder; remove it.`);
  own(socketDir, account);
  return {
    clusterDir: join(home, "cluster"),
    socketDir,
    runDir,
    binariesCopyDir: join(STATE_DIR, "postgresql-15"),
  };
}

function own(folder: string, account: Account | null): void {
  const { uid } = lstatSync(folder);
  if (account === null) {
    if (uid !== process.getuid?.())
      throw new Error(
        `${folder} belongs to another user (uid ${uid}). Start Torilla as the user that started it before, or set TORILLA_DATA_DIR.`,
      );
  } else if (uid !== account.uid) chownSync(folder, account.uid, account.gid);
  chmodSync(folder, 0o700);
}

/** Major version of the cluster; `null` when there is none yet. */
export function clusterMajor(clusterDir: string): number | null {
  const file = join(clusterDir, "PG_VERSION");
  return existsSync(file) ? Number(readFileSync(file, "utf8").trim()) : null;
}

/** The cluster's password, made when there is none. */
export function readPassword(runDir: string): string {
  const file = join(runDir, "postgres-password");
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString("base64url"), { mode: 0o600 });
  return readFileSync(file, "utf8").trim();
}

/** initdb in a folder beside, then a rename: a start that is killed here leaves nothing half made. @throws Error */
export function createCluster(binaries: Binaries, paths: ClusterPaths, account: Account | null): void {
  const fresh = `${paths.clusterDir}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  const passwordFile = `${paths.clusterDir}.password`;
  writeFileSync(passwordFile, readPassword(paths.runDir), { mode: 0o600 });
  if (account) for (const path of [fresh, passwordFile]) chownSync(path, account.uid, account.gid);
  const done = spawnSync(
    binaries.initdb,
    [
      ["-D", fresh, `--username=${USER}`, `--pwfile=${passwordFile}`, "--auth=scram-sha-256"],
      ["--locale=C", "--encoding=UTF8", "--data-checksums"],
    ].flat(),
    {
      encoding: "utf8",
      cwd: "/",
      env: postgresEnvironment(),
      ...(account && { uid: account.uid, gid: account.gid }),
    },
  );
  rmSync(passwordFile);
  if (done.status !== 0) {
    const lines = `${done.error?.message ?? ""}\n${done.stderr ?? ""}`.trim().split("\n").slice(-3).join(" ");
    throw new Error(`PostgreSQL's initdb failed: ${lines}`);
  }
  renameSync(fresh, paths.clusterDir);
}

/** Nothing of ours: PostgreSQL would take PGDATA, PGPORT and others from it. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: "/usr/local/bin:/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}
