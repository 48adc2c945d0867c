import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from "node:fs";
import { dirname } from "node:path";

const MAX_BYTES = 20 * 1024 * 1024;

/** The lines of one process: appended; past 20 MiB the file becomes `<name>.1`. A full disk loses lines, no more. */
export class LogFile {
  readonly path: string;
  #stream: WriteStream;
  #bytes: number;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.#stream = open(path);
  }

  write(line: string): void {
    if (this.#bytes > MAX_BYTES) {
      this.#stream.end();
      renameSync(this.path, `${this.path}.1`);
      this.#stream = open(this.path);
      this.#bytes = 0;
    }
    this.#bytes += line.length + 1;
    this.#stream.write(`${line}\n`);
  }

  close(): void {
    this.#stream.end();
  }
}

function open(path: string): WriteStream {
  const stream = createWriteStream(path, { flags: "a", mode: 0o600 });
  stream.on("error", () => {});
  return stream;
}
