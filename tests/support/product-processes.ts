import { execFileSync } from "node:child_process";
import type { Product } from "./product.ts";

interface Listed {
  pid: number;
  parentPid: number;
  command: string;
}

/** Every process below `pid`, oldest first, itself not. */
export function listDescendants(pid: number): Listed[] {
  const all = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,command="], { encoding: "utf8" })
    .split("\n")
    .flatMap((line) => {
      const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
      return found ? [{ pid: Number(found[1]), parentPid: Number(found[2]), command: found[3]! }] : [];
    });
  const below = new Set([pid]);
  for (let before = 0; before !== below.size; ) {
    before = below.size;
    for (const one of all) if (below.has(one.parentPid)) below.add(one.pid);
  }
  below.delete(pid);
  return all.filter((one) => below.has(one.pid)).sort((a, b) => a.pid - b.pid);
}

/** The mixer of the one open stage: the spare is forked after it. */
export function requireMixerPid(product: Product): number {
  return requireMediaChild(product, "media/mixer/main.ts");
}

export function requireWorkerPid(product: Product): number {
  return requireMediaChild(product, "mediasoup-worker");
}

function requireMediaChild(product: Product, part: string): number {
  const below = listDescendants(requirePid(product, "media node"));
  const found = below.find((one) => one.command.includes(part));
  if (!found) throw new Error(`no ${part} among ${below.map((one) => one.command).join("\n")}`);
  return found.pid;
}

export function requirePid(product: Product, name: "server" | "media node" | "postgres"): number {
  const pid = product.pids()[name];
  if (pid === undefined) throw new Error(`no ${name} runs`);
  return pid;
}
