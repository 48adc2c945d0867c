import { execFileSync } from "node:child_process";
import { chmodSync, closeSync, mkdirSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** The recordings' disk of one product, to be filled up and freed. */
export interface RecordingsDisk {
  /** How it is done here. */
  means: "tmpfs" | "limit" | "rights";
  fill(mediaNodePid: number): void;
  free(mediaNodePid: number): void;
  close(): void;
}

const SIZE_MB = 64;
/** A new cluster has 40 MB; its write-ahead log grows by 16 MB at a time. */
const DATABASE_MB = 160;

/** The database's disk of one product: root on Linux only. To be called before the product starts. @throws Error */
export function createDatabaseDisk(dataDir: string): { fill(): void; free(): void; close(): void } {
  const folder = join(dataDir, "pg");
  mkdirSync(folder, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${DATABASE_MB}m,mode=0700`, "tmpfs", folder]);
  const filler = join(folder, "filler");
  return {
    fill: () => fillUp(filler),
    free: () => rmSync(filler, { force: true }),
    close: () => execFileSync("umount", ["--lazy", folder]),
  };
}

/**
 * A small file system of its own where one may mount; else the largest file of the media node's process is bounded
 * (Linux: EFBIG instead of ENOSPC); else the right to write is taken. To be called before the product starts.
 */
export function createRecordingsDisk(
  dataDir: string,
  { sizeMb = SIZE_MB }: { sizeMb?: number } = {},
): RecordingsDisk {
  const folder = join(dataDir, "segments");
  mkdirSync(folder, { recursive: true });
  if (succeeds("mount", ["-t", "tmpfs", "-o", `size=${sizeMb}m,mode=0755`, "tmpfs", folder]))
    return {
      means: "tmpfs",
      fill: () => fillUp(join(folder, "filler")),
      free: () => rmSync(join(folder, "filler")),
      close: () => execFileSync("umount", ["--lazy", folder]),
    };
  if (succeeds("prlimit", ["--version"])) {
    const limit = (pid: number, bytes: string) =>
      execFileSync("prlimit", ["--pid", String(pid), `--fsize=${bytes}:`]);
    return {
      means: "limit",
      fill: (pid) => limit(pid, "4096"),
      free: (pid) => limit(pid, "unlimited"),
      close: () => undefined,
    };
  }
  const setMode = (mode: number) => {
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), mode);
  };
  return {
    means: "rights",
    fill: () => setMode(0o555),
    free: () => setMode(0o755),
    close: () => setMode(0o755),
  };
}

function fillUp(path: string): void {
  const file = openSync(path, "w");
  try {
    for (let size = 1024 * 1024; size >= 1024; ) {
      try {
        if (writeSync(file, Buffer.alloc(size)) < size) size /= 2;
      } catch {
        size /= 2;
      }
    }
  } finally {
    closeSync(file);
  }
}

function succeeds(command: string, args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
