/*
 * Files of segment folders that were asked for last, each read once however many wait for it. Owned by the features
 * that serve segments; needs no close.
 */
import { open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { joinRoomy } from "./roomy.ts";

/** A segment that was just finished may still be on its way to the disk. */
const WAIT_MS = [50, 100, 200, 400, 800];
/** What is served is a segment, an init segment or a picture: never larger (2 s at 60 Mbit/s). */
const LARGEST_BYTES = 16 * 1024 * 1024;

export class FileCache {
  readonly #limitBytes: number;
  readonly #files = new Map<string, Buffer>();
  readonly #reading = new Map<string, Promise<Buffer | null>>();
  #bytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** `null` when it is not there; with `expectedBytes` also when it stays shorter than that for 1.5 s. */
  async read(path: string, expectedBytes: number | null = null): Promise<Buffer | null> {
    const known = this.#files.get(path);
    if (known !== undefined) {
      this.#files.delete(path);
      this.#files.set(path, known);
      return known;
    }
    const reading = this.#reading.get(path) ?? this.#load(path, expectedBytes);
    this.#reading.set(path, reading);
    return reading;
  }

  async #load(path: string, expectedBytes: number | null): Promise<Buffer | null> {
    try {
      let bytes = await readWhole(path);
      for (const ms of expectedBytes === null ? [] : WAIT_MS) {
        if (bytes !== null && bytes.length >= expectedBytes!) break;
        await pause(ms);
        bytes = await readWhole(path);
      }
      if (bytes === null || (expectedBytes !== null && bytes.length < expectedBytes)) return null;
      const whole = joinRoomy([expectedBytes === null ? bytes : bytes.subarray(0, expectedBytes)]);
      this.#keep(path, whole);
      return whole;
    } finally {
      this.#reading.delete(path);
    }
  }

  #keep(path: string, bytes: Buffer): void {
    this.#files.set(path, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, old] of this.#files) {
      if (this.#bytes <= this.#limitBytes) return;
      this.#files.delete(oldest);
      this.#bytes -= old.length;
    }
  }
}

async function readWhole(path: string): Promise<Buffer | null> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const { size } = await handle.stat();
    if (size > LARGEST_BYTES) throw new Error(`${path} is ${size} bytes`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
