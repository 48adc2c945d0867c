/*
 * A wall clock that can be set for some processes, by libfaketime (Debian's package faketime): what they take for the
 * time jumps, how time passes for them does not. PostgreSQL, which gets an environment of its own, is not among them.
 */
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { requirePackages } from "../load/set-up.ts";

/** The library looks at the file this often. */
const LOOKS_EVERY_SECONDS = 1;
/** Everything that looks at the clock in turns has looked. */
const LINGER_MS = 10_000;

export class SettableClock {
  /** For the processes whose clock it is. */
  readonly env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #file: string;
  #offsetSeconds = 0;

  /** @throws when the library cannot be had */
  static async create(): Promise<SettableClock> {
    await requirePackages(["faketime"]);
    const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");
    if (!library) throw new Error("libfaketimeMT.so.1 is not where Debian puts it");
    return new SettableClock(library);
  }

  private constructor(library: string) {
    this.#folder = mkdtempSync(join(tmpdir(), "torilla-clock-"));
    this.#file = join(this.#folder, "offset");
    this.#write();
    this.env = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_CACHE_DURATION: String(LOOKS_EVERY_SECONDS),
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    };
  }

  /** The wall clock is so far from the machine's from now on. Resolves when all processes have seen it. */
  async set(offsetSeconds: number): Promise<void> {
    this.#offsetSeconds = offsetSeconds;
    this.#write();
    await sleep((LOOKS_EVERY_SECONDS + 0.2) * 1000);
  }

  /** Lets the processes live with it for a while. */
  linger(): Promise<void> {
    return sleep(LINGER_MS);
  }

  /** Sets it to an instant. */
  setTo(instant: Date): Promise<void> {
    return this.set(Math.round((instant.getTime() - Date.now()) / 1000));
  }

  now(): Date {
    return new Date(Date.now() + this.#offsetSeconds * 1000);
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(): void {
    writeFileSync(this.#file, `${this.#offsetSeconds < 0 ? "" : "+"}${this.#offsetSeconds}\n`);
  }
}
