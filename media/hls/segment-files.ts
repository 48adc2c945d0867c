import { mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from "node:fs/promises";

/** A file that grows by appending. */
export interface GrowingFile {
  append(bytes: Uint8Array): Promise<void>;
  /** Data on the platter (fdatasync). */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What the segment store asks of a file system; tests hand in one that fails. */
export interface SegmentFiles {
  makeFolder(path: string): Promise<void>;
  list(path: string): Promise<string[]>;
  /** `null` when there is no such file. */
  read(path: string): Promise<Buffer | null>;
  sizeOf(path: string): Promise<number | null>;
  write(path: string, bytes: Uint8Array): Promise<void>;
  openGrowing(path: string): Promise<GrowingFile>;
  truncate(path: string, bytes: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Nothing happens when there is no such file. */
  remove(path: string): Promise<void>;
}

export const diskFiles: SegmentFiles = {
  makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
  list: (path) => readdir(path),
  read: (path) => readFile(path).catch(absent),
  sizeOf: async (path) => (await stat(path).catch(absent))?.size ?? null,
  write: (path, bytes) => writeFile(path, bytes),
  async openGrowing(path) {
    const handle = await open(path, "a");
    return {
      append: (bytes) => handle.appendFile(bytes),
      sync: () => handle.datasync(),
      close: () => handle.close(),
    };
  },
  truncate: (path, bytes) => truncate(path, bytes),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
};

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === "ENOENT") return null;
  throw error;
}
