import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RtpTarget } from "../../media/mixer/mixer-messages.ts";
import type { JoinedRoom } from "../../server/contract/rooms.ts";
import { slate } from "../support/made-up-slate.ts";
import { createRealPlane, type RealPlane, testLog } from "../support/media-planes.ts";
import { NoticeLog } from "../support/notice-log.ts";
import { browserCapabilities } from "../support/rtp-samples.ts";
import { waitFor } from "../support/wait-for.ts";
import { WorkerSpy } from "../support/worker-spy.ts";

/*
 * One stage over two real workers: who is placed where, what goes between them, and whom a worker's death or hang
 * concerns.
 */

/** More than stay on one worker. */
const VIEWERS = 100;
/** From the signal to the replacement; a machine full of other tests is slower. */
const REPLACED_WITHIN_MS = 4_000;

let spy: WorkerSpy;
let under: RealPlane;
let log: NoticeLog;
let stageId: string;

beforeEach(async () => {
  spy = new WorkerSpy();
  under = await createRealPlane({ workerCount: 2 });
  log = new NoticeLog(under.plane);
  stageId = randomUUID();
  await under.plane.request("stage:open", { stageId, slate });
  await log.until("stage:mixerChanged", (data) => data.state === "running");
});

afterEach(async () => {
  log.close();
  await under.close();
  spy.close();
});

const join = (kind: "audience" | "backstage", peerId: string = randomUUID()) =>
  under.plane.request("room:join", {
    roomId: `${kind}:${stageId}`,
    peerId,
    displayName: "Aino",
    role: kind === "audience" ? "attendee" : "speaker",
    speakRight: kind === "audience" ? "none" : "picture",
    rtpCapabilities: browserCapabilities,
  });
const joinMany = (count: number) => Promise.all(Array.from({ length: count }, () => join("audience")));
/** Each worker has ports of its own. */
const portOf = (joined: JoinedRoom) => (joined.receiveTransport.iceCandidates as { port: number }[])[0]!.port;
const homePid = () => under.node.workerPids[0]!;
const edgePid = () => under.node.workerPids[1]!;
const toldToReturn = () =>
  log
    .all("room:peerClosed")
    .flatMap(({ reason, toPeerId }) => (reason === "media_restarted" ? [toPeerId] : []));
const rtpTarget = (name: "v720" | "v360"): RtpTarget => {
  const start = under.mixers.at(-1)!.commands.find((command) => command.type === "start");
  return start!.config.rungs.find((rung) => rung.name === name)!.rtp;
};

async function spread() {
  const speaker = await join("backstage");
  const viewers = await joinMany(VIEWERS);
  const home = viewers.filter((viewer) => portOf(viewer) === portOf(speaker));
  const away = viewers.filter((viewer) => portOf(viewer) !== portOf(speaker));
  return { speaker, viewers, home, away };
}

describe("an audience", () => {
  it("stays on one worker while it is small", async () => {
    await joinMany(20);
    expect(new Set((await joinMany(10)).map(portOf)).size).toBe(1);
    expect(spy.pipedTo(edgePid())).toEqual([]);
  });

  it("spreads evenly when it grows, each producer piped once", async () => {
    const { viewers, home, away } = await spread();
    expect(home.length).toBeGreaterThan(VIEWERS / 3);
    expect(away.length).toBeGreaterThan(VIEWERS / 3);
    expect(viewers.map(({ consumers }) => consumers.length)).toEqual(viewers.map(() => 2));
    const piped = spy.pipedTo(edgePid());
    expect(piped.map(({ kind }) => kind).sort()).toEqual(["audio", "video"]);
    expect(spy.pipedTo(homePid())).toEqual([]);
  });

  it("on the other worker gets what the mixer sends, whose key frames are asked for once a second", async () => {
    await spread();
    const video = spy.pipedTo(edgePid()).find(({ kind }) => kind === "video")!;
    const target = rtpTarget("v720");
    const camera = sendKeyFrames(target);
    // A viewer that could be on any network: its wishes are what counts here.
    const router = spy.routerWith(edgePid(), video.id)!;
    const viewer = await router.createPlainTransport({ listenInfo: { protocol: "udp", ip: "127.0.0.1" } });
    await viewer.connect({ ip: "127.0.0.1", port: 9 });
    const consumers = await Promise.all(
      Array.from({ length: 10 }, () =>
        viewer.consume({ producerId: video.id, rtpCapabilities: router.rtpCapabilities, enableRtx: false }),
      ),
    );
    await waitFor(async () => (await video.getStats()).some(({ packetCount }) => packetCount > 20), {
      what: "packets beyond the pipe",
    });
    const asked = () =>
      under.mixers.at(-1)!.commands.filter((command) => command.type === "requestKeyFrame").length;
    const before = asked();
    const startedMs = performance.now();
    await waitFor(async () => {
      for (const consumer of consumers) await consumer.requestKeyFrame();
      return performance.now() - startedMs > 3_000;
    });
    camera.close();
    const seconds = (performance.now() - startedMs) / 1_000;
    expect(asked() - before).toBeGreaterThanOrEqual(2);
    // Two rungs, one a second each.
    expect(asked() - before).toBeLessThanOrEqual(2 * (Math.ceil(seconds) + 1));
  });

  it("of any size makes no work for mixer and backstage", async () => {
    await join("backstage");
    await joinMany(10);
    const mixer = under.mixers.at(-1)!;
    const toldBefore = mixer.commands.length;
    log.clear();
    const startedMs = performance.now();
    await spread();
    expect(under.mixers).toEqual([mixer]);
    expect(mixer.commands.length).toBe(toldBefore);
    const heard = log.heard.map(({ name }) => name);
    // One further speaker joined; of the viewers only their number is told, once a second at most.
    expect(heard.filter((name) => name !== "stage:audienceCounted")).toEqual(["room:peerJoined"]);
    expect(heard.length - 1).toBeLessThanOrEqual(2 + (performance.now() - startedMs) / 1_000);
  });

  it("that left a worker leaves it room again", async () => {
    const { away } = await spread();
    for (const { roomId, peerId } of away) await under.plane.request("room:leave", { roomId, peerId });
    const next = await joinMany(away.length);
    expect(new Set(next.map(portOf))).toEqual(new Set(away.map(portOf)));
  });
});

describe("a worker's end", () => {
  it.each(["SIGKILL", "SIGSTOP"] as const)("by %s concerns only who is on it", async (signal) => {
    const { speaker, home, away } = await spread();
    const lost = edgePid();
    log.clear();
    const killedAt = performance.now();
    process.kill(lost, signal);
    const lastOf = away.map(({ peerId }) => peerId).sort();
    await waitFor(() => toldToReturn().length === away.length, { what: "word to those on it" });
    expect(toldToReturn().sort()).toEqual(lastOf);
    const back = await Promise.all(away.map(({ peerId }) => join("audience", peerId)));
    expect(back.every(({ consumers }) => consumers.length === 2)).toBe(true);
    await waitFor(() => edgePid() !== lost, { what: "another worker in its place" });
    const tookMs = performance.now() - killedAt;
    console.log(`worker ${signal}: viewers told and another in its place after ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(REPLACED_WITHIN_MS);
    expect(log.all("room:closed")).toEqual([]);
    expect(log.all("stage:mixerChanged")).toEqual([]);
    const { rooms } = await under.plane.request("node:describe", {});
    const there = new Set(rooms.flatMap(({ peers }) => peers.map(({ peerId }) => peerId)));
    for (const { peerId } of [speaker, ...home, ...away]) expect(there.has(peerId)).toBe(true);
  });

  it.each(["SIGKILL", "SIGSTOP"] as const)(
    "by %s at home leaves the others' viewers where they are",
    async (signal) => {
      const { speaker, home, away } = await spread();
      log.clear();
      process.kill(homePid(), signal);
      await log.until("room:closed", ({ roomId }) => roomId === speaker.roomId);
      await log.until("stage:mixerChanged", ({ state }) => state === "running");
      expect(toldToReturn().sort()).toEqual(home.map(({ peerId }) => peerId).sort());
      expect(log.all("room:closed").map(({ roomId }) => roomId)).toEqual([speaker.roomId]);
      const opened = () =>
        away.map(
          ({ peerId }) => log.all("room:consumerOpened").filter((data) => data.toPeerId === peerId).length,
        );
      await waitFor(() => opened().every((count) => count === 2), {
        what: "the new programme for those who stayed",
      });
      const back = await join("audience", home[0]!.peerId);
      expect(back.consumers).toHaveLength(2);
    },
  );
});

it("workers that end with the node, and are heard of first, are no loss to anybody", async () => {
  await joinMany(3);
  const warn = vi.spyOn(testLog, "warn");
  const error = vi.spyOn(testLog, "error");
  const ended = Promise.withResolvers<void>();
  // A signal to the whole group: the worker's end is seen before this process has heard of its own.
  for (const router of spy.routersOn(homePid()))
    router.once("workerclose", () => void under.node.close().then(ended.resolve, ended.reject));
  process.kill(homePid(), "SIGKILL");
  await ended.promise;
  await under.plane.close();
  expect([...warn.mock.calls, ...error.mock.calls].filter((call) => /worker/.test(call.join(" ")))).toEqual(
    [],
  );
  expect(toldToReturn()).toEqual([]);
});

/** A key frame of one packet, ten times a second: SPS alone makes it one for the worker (RFC 6184). */
function sendKeyFrames(target: RtpTarget): { close(): void } {
  const socket = createSocket("udp4");
  let sequence = 0;
  const timer = setInterval(() => {
    const packet = Buffer.alloc(12 + 400);
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8(0x80 | target.payloadType, 1);
    packet.writeUInt16BE(sequence & 0xffff, 2);
    packet.writeUInt32BE((sequence * 9_000) >>> 0, 4);
    packet.writeUInt32BE(target.ssrc, 8);
    packet.writeUInt8(0x67, 12);
    sequence += 1;
    socket.send(packet, target.port, target.ip);
  }, 100);
  return {
    close() {
      clearInterval(timer);
      socket.close();
    },
  };
}
