/*
 * The truth keeper: what each client saw acknowledged and delivered goes to disk as it happens (one JSON line each,
 * append only), and `check` reads it back and compares it with the database and with every other client.
 */
import { closeSync, existsSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { type Note, type StoredMessage, TruthCheck } from "./truth-check.ts";

const FLUSH_EVERY_MS = 100;
const TOLD_AT_MOST = 12;

export interface Verdict {
  /** Sentences, the first dozen; `count` says how many there are. */
  wrong: string[];
  count: number;
  /** Compared since the last check. */
  notes: number;
  messages: number;
}

export class TruthKeeper {
  readonly path: string;
  readonly #file: number;
  readonly #check = new TruthCheck();
  readonly #readStored: (chat: string, afterSeq: number) => Promise<StoredMessage[]>;
  readonly #lastStored = new Map<string, number>();
  readonly #flushing: NodeJS.Timeout;
  /** Files of notes, and how far each was read. */
  readonly #readTo = new Map<string, number>();
  #lines: string[] = [];

  /** `readStored` answers a chat's rows after `afterSeq`, in order. */
  static create(options: {
    path: string;
    chats: readonly string[];
    readStored: (chat: string, afterSeq: number) => Promise<StoredMessage[]>;
  }): TruthKeeper {
    mkdirSync(dirname(options.path), { recursive: true });
    return new TruthKeeper(options);
  }

  private constructor({ path, chats, readStored }: Parameters<typeof TruthKeeper.create>[0]) {
    this.path = path;
    this.#file = openSync(path, "w");
    this.#readStored = readStored;
    this.#readTo.set(path, 0);
    for (const chat of chats) this.#lastStored.set(chat, 0);
    this.#flushing = setInterval(() => this.#flush(), FLUSH_EVERY_MS);
    this.#flushing.unref();
  }

  /** Notes that another process keeps; it flushes before each `check`. */
  follow(path: string): void {
    this.#readTo.set(path, 0);
  }

  note(note: Note): void {
    this.#lines.push(JSON.stringify(note));
  }

  /** To be called when nothing is on its way: all that was noted since the last check, against the database. */
  async check(): Promise<Verdict> {
    const wrong: string[] = [];
    let messages = 0;
    for (const [chat, afterSeq] of this.#lastStored) {
      const rows = await this.#readStored(chat, afterSeq);
      messages += rows.length;
      wrong.push(...this.#check.addStored(rows));
      this.#lastStored.set(chat, rows.at(-1)?.seq ?? afterSeq);
    }
    this.#flush();
    const notes = [...this.#readTo.keys()].flatMap((path) => this.#readBack(path));
    for (const note of notes) wrong.push(...this.#check.addNote(note));
    wrong.push(...this.#check.settle());
    return { wrong: wrong.slice(0, TOLD_AT_MOST), count: wrong.length, notes: notes.length, messages };
  }

  close(): void {
    clearInterval(this.#flushing);
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    writeSync(this.#file, `${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }

  #readBack(path: string): Note[] {
    if (!existsSync(path)) return [];
    const file = openSync(path, "r");
    const pieces: Buffer[] = [];
    let at = this.#readTo.get(path)!;
    try {
      for (;;) {
        const piece = Buffer.alloc(1 << 20);
        const length = readSync(file, piece, 0, piece.length, at);
        if (length === 0) break;
        at += length;
        pieces.push(piece.subarray(0, length));
      }
    } finally {
      closeSync(file);
    }
    const bytes = Buffer.concat(pieces);
    // The last line may be half written.
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    this.#readTo.set(path, at - (bytes.length - whole.length));
    const lines = whole.toString("utf8").split("\n");
    return lines.flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Note]));
  }
}
