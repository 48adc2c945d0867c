import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MediaLink } from "../../server/platform/media-link/media-link.ts";
import { slate } from "../support/made-up-slate.ts";
import { testLog, untilConnected } from "../support/media-planes.ts";
import { NoticeLog } from "../support/notice-log.ts";
import { browserCapabilities } from "../support/rtp-samples.ts";
import { waitFor } from "../support/wait-for.ts";

/* The media node's process with real children: how it starts, what it survives, how it ends. */

// Each test starts Node, a worker and two mixers, on a machine that may be full of others.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const MAIN = fileURLToPath(new URL("../../media/main.ts", import.meta.url));

let dataDir: string;
let node: ChildProcess;
let plane: MediaLink;
let log: NoticeLog;

beforeEach(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), "torilla-media-"));
  node = await startNode();
  plane = new MediaLink({ link: { kind: "socket", path: path.join(dataDir, "media.sock") }, log: testLog });
  await untilConnected(plane);
  log = new NoticeLog(plane);
});

afterEach(async () => {
  log.close();
  await plane.close();
  await end(node);
  rmSync(dataDir, { recursive: true, force: true });
});

async function startNode(): Promise<ChildProcess> {
  const child = fork(MAIN, [], {
    execArgv: [],
    stdio: ["ignore", "inherit", process.env.TORILLA_LOG_LEVEL ? "inherit" : "ignore", "ipc"],
    env: {
      ...process.env,
      TORILLA_DATA_DIR: dataDir,
      TORILLA_MEDIA_SOCKET: path.join(dataDir, "media.sock"),
      TORILLA_MEDIA_PORT: String(await freeUdpPort()),
      TORILLA_ANNOUNCED_ADDRESS: "127.0.0.1",
      TORILLA_PROGRAMME_WIDTH: "320",
      TORILLA_PROGRAMME_HEIGHT: "180",
      TORILLA_PROGRAMME_FPS: "10",
      TORILLA_PROGRAMME_KBPS: "200",
    },
  });
  const [message] = (await once(child, "message")) as [{ type: string }];
  expect(message.type).toBe("ready");
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Living children of a process whose command line fits. */
function childrenOf(pid: number, fits: RegExp): number[] {
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"))?.[1]);
      const isZombie = /^State:\s+Z/m.test(readFileSync(`/proc/${entry}/status`, "utf8"));
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ");
      return parent === pid && !isZombie && fits.test(command) ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const workers = () => childrenOf(node.pid!, /mediasoup-worker/);
const mixers = () => childrenOf(node.pid!, /mixer\/main/);
const openStage = async () => {
  const stageId = randomUUID();
  await plane.request("stage:open", { stageId, slate });
  await log.until(
    "stage:mixerChanged",
    (data) => data.stageId === stageId && data.state === "running",
    15_000,
  );
  return stageId;
};
const join = (roomId: string) =>
  plane.request("room:join", {
    roomId,
    peerId: randomUUID(),
    displayName: "Aino",
    role: "host",
    speakRight: "picture",
    rtpCapabilities: browserCapabilities,
  });

it("ends on SIGTERM within five seconds and leaves no process and no socket", async () => {
  await openStage();
  await waitFor(() => mixers().length === 2, { what: "the spare mixer", timeoutMs: 30_000 });
  const children = [...workers(), ...mixers()];
  const before = performance.now();
  const exited = once(node, "exit");
  node.kill("SIGTERM");
  expect((await exited)[0]).toBe(0);
  expect(performance.now() - before).toBeLessThan(5_000);
  await waitFor(() => !children.some(isAlive), { what: "no orphan", timeoutMs: 15_000 });
  expect(readdirSync(dataDir)).not.toContain("media.sock");
});

it("ends when the launcher that forked it is gone", async () => {
  await openStage();
  const children = [...workers(), ...mixers()];
  const exited = once(node, "exit");
  node.disconnect();
  await exited;
  await waitFor(() => !children.some(isAlive), { what: "no orphan", timeoutMs: 15_000 });
});

it("killed, it leaves no orphan, and the link comes back to its successor", async () => {
  await openStage();
  const children = [...workers(), ...mixers()];
  const lost = new Promise<void>((resolve) => {
    plane.onConnection((isConnected) => {
      if (!isConnected) resolve();
    });
  });
  await end(node);
  await lost;
  await expect(plane.request("node:describe", {})).rejects.toMatchObject({ code: "media_unavailable" });
  await waitFor(() => !children.some(isAlive), { what: "no orphan", timeoutMs: 15_000 });
  node = await startNode();
  await untilConnected(plane);
  expect(await plane.request("node:describe", {})).toMatchObject({ stages: [], rooms: [] });
});

it("replaces a killed worker: rooms are open again, peers are told to join anew, the broadcast goes on", async () => {
  const stageId = await openStage();
  const boothId = `booth:${randomUUID()}`;
  await plane.request("room:open", { roomId: boothId });
  const backstageId = `backstage:${stageId}`;
  const audienceId = `audience:${stageId}`;
  const viewer = await join(audienceId);
  const { peerId } = await join(backstageId);
  await plane.request("room:setInProgramme", { roomId: backstageId, peerId, isInProgramme: false });
  const broadcastId = randomUUID();
  await plane.request("stage:startBroadcast", { stageId, broadcastId });
  log.clear();
  const [worker] = workers();
  process.kill(worker!, "SIGKILL");
  for (const roomId of [boothId, backstageId]) {
    await log.until(
      "room:closed",
      (data) => data.roomId === roomId && data.reason === "media_restarted",
      10_000,
    );
    await join(roomId);
  }
  // The audience room lives on; each viewer that was on that worker is told.
  await log.until(
    "room:peerClosed",
    ({ toPeerId, reason }) => toPeerId === viewer.peerId && reason === "media_restarted",
  );
  await join(audienceId);
  await log.until("stage:mixerChanged", (data) => data.state === "running", 40_000);
  await log.until("store:written", ({ notice }) => notice.type === "part" && notice.run === "r2", 30_000);
  const back = await plane.request("room:join", {
    roomId: backstageId,
    peerId,
    displayName: "Aino",
    role: "host",
    speakRight: "picture",
    rtpCapabilities: browserCapabilities,
  });
  expect(back.peers).toHaveLength(1);
  const { rooms } = await plane.request("node:describe", {});
  const views = rooms.find((room) => room.roomId === backstageId)?.peers;
  expect(views?.find((view) => view.peerId === peerId)?.isInProgramme).toBe(false);
  expect(workers()).toHaveLength(1);
  await plane.request("stage:endBroadcast", { stageId, broadcastId });
  expect(await plane.request("stage:close", { stageId })).toEqual({});
});

it("takes a mixer that hangs for dead", async () => {
  const stageId = await openStage();
  const [before] = mixers();
  process.kill(before!, "SIGSTOP");
  log.clear();
  await log.until(
    "stage:mixerChanged",
    (data) => data.stageId === stageId && data.state === "restarting",
    10_000,
  );
  await log.until(
    "stage:mixerChanged",
    (data) => data.stageId === stageId && data.state === "running",
    10_000,
  );
  await waitFor(() => !isAlive(before!), { what: "the end of the hung mixer" });
});
