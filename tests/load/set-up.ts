/*
 * What load tests need beyond the product's own set-up: packages of the operating system, and load generators in Go
 * built against Debian's libraries (no module is downloaded).
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { findCacheDir } from "../../media/worker/cache-dir.mjs";
import { runCommand } from "../../media/worker/run-command.mjs";
import { findExecutable, installSystemPackages } from "../../media/worker/system-packages.mjs";

/** Debian's names. `executable` or `file` tells whether the package is there. */
const PACKAGES = {
  go: { apt: ["golang-go"], executable: "go" },
  pion: {
    apt: ["golang-github-pion-webrtc.v3-dev"],
    file: "/usr/share/gocode/src/github.com/pion/webrtc",
  },
  websocket: {
    apt: ["golang-github-gorilla-websocket-dev"],
    file: "/usr/share/gocode/src/github.com/gorilla/websocket",
  },
  nginx: { apt: ["nginx-light"], executable: "nginx" },
  janus: { apt: ["janus"], executable: "janus" },
  wrk: { apt: ["wrk"], executable: "wrk" },
  iproute: { apt: ["iproute2"], executable: "ip" },
  iptables: { apt: ["iptables"], executable: "iptables" },
  faketime: { apt: ["faketime"], executable: "faketime" },
} as const satisfies Record<string, { apt: string[]; executable?: string; file?: string }>;
export type LoadPackage = keyof typeof PACKAGES;

/** Installs what is missing, as root by apt. @throws SetupError that names the command to type */
export async function requirePackages(names: readonly LoadPackage[]): Promise<void> {
  const missing: string[] = [];
  for (const name of names) {
    const one: { apt: readonly string[]; executable?: string; file?: string } = PACKAGES[name];
    const isThere = one.file
      ? existsSync(one.file)
      : (await findExecutable(one.executable ?? "")) !== null || existsSync(`/usr/sbin/${one.executable}`);
    if (!isThere) missing.push(...one.apt);
  }
  if (missing.length === 0) return;
  await installSystemPackages(
    { apt: missing, dnf: missing, brew: missing },
    { purpose: "load the product", progress: (text: string) => console.log(`  ${text}`) },
  );
}

/**
 * Builds `tests/load/NAME/*.go`, once for each state of its sources.
 * @returns the executable's path
 */
export async function buildLoad(name: string, needs: readonly LoadPackage[] = []): Promise<string> {
  const folder = join(import.meta.dirname, name);
  const sources = readdirSync(folder)
    .filter((file) => file.endsWith(".go") && !file.endsWith("_test.go"))
    .sort();
  const hash = createHash("sha256");
  for (const file of sources) hash.update(readFileSync(join(folder, file)));
  const cache = join(findCacheDir(), "load");
  const binary = join(cache, `${name}-${hash.digest("hex").slice(0, 16)}`);
  if (existsSync(binary)) return binary;
  await requirePackages(["go", ...needs]);
  await mkdir(cache, { recursive: true });
  const made = `${binary}.${process.pid}`;
  await runCommand("go", ["build", "-o", made, ...sources], {
    cwd: folder,
    env: { ...process.env, GO111MODULE: "off", GOPATH: "/usr/share/gocode", GOFLAGS: "", CGO_ENABLED: "0" },
    timeoutMs: 300_000,
  });
  await rename(made, binary);
  return binary;
}
