/*
 * One owner per folder. The lock is SQLite's exclusive file lock (fcntl), which Node has no call for itself: the
 * kernel drops it with its process, however that dies, so there is no stale lock to judge. A file beside it says
 * who holds it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Who holds a lock; `null` fields when that cannot be read. */
export interface LockOwner {
  pid: number;
  /** A line for people, e.g. the address that the holder serves. */
  about: string;
}

export class FolderLockedError extends Error {
  readonly owner: LockOwner | null;
  constructor(file: string, owner: LockOwner | null) {
    super(`${file} is held by process ${owner?.pid ?? "(unknown)"}`);
    this.name = "FolderLockedError";
    this.owner = owner;
  }
}

export class FolderLock {
  readonly #database: DatabaseSync;
  readonly #ownerFile: string;

  private constructor(database: DatabaseSync, ownerFile: string) {
    this.#database = database;
    this.#ownerFile = ownerFile;
  }

  /** Takes `file` (its folder is made, 0700) until `release()` or the end of the process. @throws FolderLockedError */
  static take(file: string, about: string): FolderLock {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const database = new DatabaseSync(file);
    const ownerFile = `${file}.json`;
    try {
      database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
    } catch (error) {
      database.close();
      if (/locked|busy/i.test(String(error))) throw new FolderLockedError(file, readOwner(ownerFile));
      throw error;
    }
    writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, about } satisfies LockOwner), {
      mode: 0o600,
    });
    return new FolderLock(database, ownerFile);
  }

  /** Idempotent. */
  release(): void {
    if (!this.#database.isOpen) return;
    rmSync(this.#ownerFile, { force: true });
    this.#database.close();
  }
}

function readOwner(file: string): LockOwner | null {
  try {
    const owner = JSON.parse(readFileSync(file, "utf8")) as LockOwner;
    return Number.isInteger(owner.pid) ? owner : null;
  } catch {
    return null;
  }
}
