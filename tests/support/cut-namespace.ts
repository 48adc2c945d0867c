/*
 * A computer of its own, as far as the network goes: a namespace with one cable (veth) to this machine, which can be
 * pulled out. Needs root on Linux; `null` where that is not to be had.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One process may have several. */
let made = 0;

export class CutNamespace {
  /** This machine's end of the cable. */
  readonly address: string;
  /** Starts Chromium inside. */
  readonly chromium: string;
  readonly name: string;
  /** This machine's end of the cable, and the other, as network devices. */
  readonly nearLink: string;
  readonly farLink: string;
  readonly #folder: string;

  static create(): CutNamespace | null {
    const mark = process.pid % 10_000;
    const number = made++;
    // Link-local for tests only (RFC 5737 has no room for many; 10.213.0.0/16 is nobody's here).
    const subnet = `10.213.${mark % 250}`;
    const name = `torilla-${mark}-${number}`;
    const [near, far] = [`tv${mark}-${number}a`, `tv${mark}-${number}b`];
    const [address, inside] = [`${subnet}.${4 * number + 1}`, `${subnet}.${4 * number + 2}`];
    try {
      ip("netns", "add", name);
      ip("link", "add", near, "type", "veth", "peer", "name", far, "netns", name);
      ip("address", "add", `${address}/30`, "dev", near);
      ip("link", "set", near, "up");
      ip("-n", name, "address", "add", `${inside}/30`, "dev", far);
      ip("-n", name, "link", "set", "lo", "up");
      ip("-n", name, "link", "set", far, "up");
    } catch {
      remove(name);
      return null;
    }
    const folder = mkdtempSync(join(tmpdir(), "torilla-namespace-"));
    const chromium = join(folder, "chromium");
    const real = process.env.CHROMIUM_BIN ?? "/usr/bin/chromium";
    writeFileSync(chromium, `#!/bin/sh\nexec ip netns exec ${name} ${real} "$@"\n`);
    chmodSync(chromium, 0o755);
    return new CutNamespace({ name, folder, chromium, address, near, far });
  }

  private constructor(parts: {
    name: string;
    folder: string;
    chromium: string;
    address: string;
    near: string;
    far: string;
  }) {
    this.name = parts.name;
    this.#folder = parts.folder;
    this.nearLink = parts.near;
    this.farLink = parts.far;
    this.chromium = parts.chromium;
    this.address = parts.address;
  }

  cut(): void {
    ip("link", "set", this.nearLink, "down");
  }

  restore(): void {
    ip("link", "set", this.nearLink, "up");
  }

  /** Runs a command inside. @throws when it fails */
  run(...command: string[]): void {
    ip("netns", "exec", this.name, ...command);
  }

  close(): void {
    remove(this.name);
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
