import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from "node:fs";
import { dirname } from "node:path";

const MAX_BYTES = 20 * 1024 * 1024;
const REOPEN_AFTER_MS = 5_000;

/**
 * The lines of one process: appended; past 20 MiB the file becomes `<name>.1`. A full disk loses lines until there
 * is room again, and no more than that.
 */
export class LogFile {
  readonly path: string;
  #stream: WriteStream;
  #bytes: number;
  #openedAt = 0;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = this.#open();
  }

  write(line: string): void {
    if (this.#stream.destroyed) {
      if (performance.now() - this.#openedAt < REOPEN_AFTER_MS) return;
      this.#stream = this.#open();
    }
    if (this.#bytes > MAX_BYTES) this.#turnOver();
    this.#bytes += line.length + 1;
    this.#stream.write(`${line}\n`);
  }

  close(): void {
    this.#stream.end();
  }

  #turnOver(): void {
    this.#stream.end();
    this.#bytes = 0;
    try {
      renameSync(this.path, `${this.path}.1`);
    } catch {
      // The file goes on growing.
    }
    this.#stream = this.#open();
  }

  #open(): WriteStream {
    this.#openedAt = performance.now();
    const stream = createWriteStream(this.path, { flags: "a", mode: 0o600 });
    stream.on("error", () => {});
    return stream;
  }
}
