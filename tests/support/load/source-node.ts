/*
 * The product's media node in a process of its own, its rooms and workers as they are, its mixers replaced by the load
 * client's made-up programme: what forwarding costs, without what mixing costs. Ended by `close()`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { spawnPinned } from "../../bench/harness/spawn-pinned.ts";
import type { ProgrammeRate } from "./source-mixer.ts";
import type { SourceStream, WebrtcLoad } from "./webrtc-load.ts";

export interface SourceNodeSettings {
  dataDir: string;
  socketPath: string;
  address: string;
  workers: number;
  rate: ProgrammeRate;
}

export type SourceNodeMessage =
  | { type: "ready"; workerPids: number[] }
  | { type: "openSource"; id: string; streams: SourceStream[] }
  | { type: "makeKeyFrame"; id: string; ssrc: number }
  | { type: "mixers"; taken: number };

export interface SourceNode {
  pid: number;
  workerPids: number[];
  socketPath: string;
  /** Mixers taken so far. */
  mixers(): Promise<number>;
  close(): Promise<void>;
}

/** What the audience is sent in benches: 1.5 Mbit/s at 25 pictures a second, beside it a lower rung, and Opus. */
export const PROGRAMME_RATE: ProgrammeRate = {
  videoKbps: [1_500, 600],
  audioKbps: 96,
  fps: 25,
  gopSeconds: 2,
};

/** First address that is not loopback, which all servers under comparison can listen on; else loopback. */
export function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  return all.find((one) => one?.family === "IPv4" && !one.internal)?.address ?? "127.0.0.1";
}

export async function startSourceNode(options: {
  /** Default: any core. */
  core?: number;
  source: WebrtcLoad;
  rate?: ProgrammeRate;
  workers?: number;
}): Promise<SourceNode> {
  const { source, core, rate = PROGRAMME_RATE, workers = 1 } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "torilla-node-"));
  const socketPath = join(dataDir, "media.sock");
  const settings: SourceNodeSettings = { dataDir, socketPath, address: ownAddress(), workers, rate };
  const node = spawnPinned({
    core: core ?? `0-${cpus().length - 1}`,
    command: process.execPath,
    args: [
      "--disable-warning=ExperimentalWarning",
      fileURLToPath(new URL("./source-node-main.ts", import.meta.url)),
      JSON.stringify(settings),
    ],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { NODE_ENV: "production" },
  });
  const { promise: ready, resolve, reject } = Promise.withResolvers<number[]>();
  const opened = new Set<string>();
  node.child.on("message", (message: SourceNodeMessage) => {
    if (message.type === "ready") resolve(message.workerPids);
    if (message.type === "openSource") {
      opened.add(message.id);
      void source.openSource(message.id, message.streams);
    }
    if (message.type === "makeKeyFrame") void source.makeKeyFrame(message.id, message.ssrc);
  });
  node.child.once("exit", () => reject(new Error("the media node ended")));
  return {
    pid: node.pid,
    workerPids: await ready,
    socketPath,
    mixers() {
      const taken = Promise.withResolvers<number>();
      const take = (message: SourceNodeMessage) => {
        if (message.type !== "mixers") return;
        node.child.off("message", take);
        taken.resolve(message.taken);
      };
      node.child.on("message", take);
      node.child.send("mixers");
      return taken.promise;
    },
    async close() {
      for (const id of opened) await source.closeSource(id);
      await node.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
