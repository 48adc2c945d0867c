/*
 * A computer of its own, as far as the network goes: a namespace with one cable (veth) to this machine, which can be
 * pulled out. Needs root on Linux; `null` where that is not to be had.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class CutNamespace {
  /** This machine's end of the cable. */
  readonly address: string;
  /** Starts Chromium inside. */
  readonly chromium: string;
  readonly #name: string;
  readonly #folder: string;

  static create(): CutNamespace | null {
    const mark = process.pid % 10_000;
    // Link-local for tests only (RFC 5737 has no room for many; 10.213.0.0/16 is nobody's here).
    const subnet = `10.213.${mark % 250}`;
    const name = `torilla-${mark}`;
    try {
      ip("netns", "add", name);
      ip("link", "add", `tv${mark}a`, "type", "veth", "peer", "name", `tv${mark}b`, "netns", name);
      ip("address", "add", `${subnet}.1/30`, "dev", `tv${mark}a`);
      ip("link", "set", `tv${mark}a`, "up");
      ip("-n", name, "address", "add", `${subnet}.2/30`, "dev", `tv${mark}b`);
      ip("-n", name, "link", "set", "lo", "up");
      ip("-n", name, "link", "set", `tv${mark}b`, "up");
    } catch {
      remove(name);
      return null;
    }
    const folder = mkdtempSync(join(tmpdir(), "torilla-namespace-"));
    const chromium = join(folder, "chromium");
    const real = process.env.CHROMIUM_BIN ?? "/usr/bin/chromium";
    writeFileSync(chromium, `#!/bin/sh\nexec ip netns exec ${name} ${real} "$@"\n`);
    chmodSync(chromium, 0o755);
    return new CutNamespace({ name, folder, chromium, address: `${subnet}.1`, link: `tv${mark}a` });
  }

  readonly #link: string;

  private constructor(parts: {
    name: string;
    folder: string;
    chromium: string;
    address: string;
    link: string;
  }) {
    this.#name = parts.name;
    this.#folder = parts.folder;
    this.#link = parts.link;
    this.chromium = parts.chromium;
    this.address = parts.address;
  }

  cut(): void {
    ip("link", "set", this.#link, "down");
  }

  restore(): void {
    ip("link", "set", this.#link, "up");
  }

  close(): void {
    remove(this.#name);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function remove(name: string): void {
  try {
    ip("netns", "delete", name);
  } catch {
    // It was not made.
  }
}

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}
