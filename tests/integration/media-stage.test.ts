import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { monotonicMs } from "../../media/monotonic.ts";
import type { MediaRequestData } from "../../server/contract/media.ts";
import type { JoinedRoom } from "../../server/contract/rooms.ts";
import { INDEX_FILE, IndexLine } from "../../server/contract/segments.ts";
import { slate } from "../support/made-up-slate.ts";
import { createRealPlane, type RealPlane, TEST_VIDEO } from "../support/media-planes.ts";
import { NoticeLog } from "../support/notice-log.ts";
import { browserCapabilities, cameraParameters, microphoneParameters } from "../support/rtp-samples.ts";
import type { StubMixer } from "../support/stub-mixer.ts";
import { waitFor } from "../support/wait-for.ts";

/* A stage over a real worker and a stub mixer: what the mixer is told, and what follows from what it says. */

let under: RealPlane;
let log: NoticeLog;
let stageId: string;

beforeEach(async () => {
  under = await createRealPlane();
  log = new NoticeLog(under.plane);
  stageId = randomUUID();
  await under.plane.request("stage:open", { stageId, slate });
  await log.until("stage:mixerChanged", (data) => data.state === "running");
});

afterEach(async () => {
  log.close();
  await under.close();
});

const mixer = () => under.mixers.at(-1)!;
const told = <Type extends StubMixer["commands"][number]["type"]>(type: Type, by = mixer()) =>
  by.commands.filter((command): command is Extract<typeof command, { type: Type }> => command.type === type);
const join = (changes: Partial<MediaRequestData<"room:join">> = {}) =>
  under.plane.request("room:join", {
    roomId: `backstage:${stageId}`,
    peerId: randomUUID(),
    displayName: "Aino",
    role: "speaker",
    speakRight: "picture",
    rtpCapabilities: browserCapabilities,
    ...changes,
  });
const send = async (joined: JoinedRoom, source: "camera" | "microphone" | "screen", isPaused = false) => {
  const { producerId } = await under.plane.request("room:produce", {
    roomId: joined.roomId,
    peerId: joined.peerId,
    transportId: joined.sendTransport!.id,
    kind: source === "microphone" ? "audio" : "video",
    source,
    rtpParameters:
      source === "microphone"
        ? microphoneParameters(`cname-${joined.peerId}`)
        : cameraParameters(source === "camera" ? "1" : "2", `cname-${joined.peerId}`),
    isPaused,
  });
  return producerId;
};
const sceneIs = (layout: string, pictures?: string[]) =>
  waitFor(
    () => {
      const { scene } = mixer();
      if (scene?.layout !== layout) return false;
      return !pictures || pictures.join() === scene.pictures.map((picture) => picture.sourceId).join();
    },
    { what: `the scene ${layout}` },
  );

describe("the mixer is told", () => {
  it("where the programme goes: one transport for both rungs and the sound", () => {
    const [start] = told("start");
    const { rungs, audio, canvas } = start!.config;
    expect(canvas).toEqual({ widthPx: 640, heightPx: 360, fps: 15 });
    expect(rungs.map(({ name, widthPx, heightPx }) => ({ name, widthPx, heightPx }))).toEqual([
      { name: "v720", widthPx: 640, heightPx: 360 },
      { name: "v360", widthPx: 320, heightPx: 180 },
    ]);
    const targets = [...rungs.map((rung) => rung.rtp), audio.rtp];
    expect(new Set(targets.map(({ port }) => port)).size).toBe(1);
    expect(new Set(targets.map(({ ssrc }) => ssrc)).size).toBe(3);
  });

  it("of each source in the programme, with the peer's CNAME, and when it goes", async () => {
    const speaker = await join();
    const camera = await send(speaker, "camera");
    const microphone = await send(speaker, "microphone");
    await sceneIs("full", [camera]);
    await waitFor(() => mixer().scene?.audible.includes(microphone), { what: "the microphone" });
    expect(mixer().scene?.pictures[0]?.label).toBe("Aino");
    const sources = told("addSource");
    expect(sources.map(({ sourceId, kind }) => [sourceId, kind])).toEqual([
      [camera, "video"],
      [microphone, "audio"],
    ]);
    for (const { origin } of sources) {
      if (origin.type !== "rtp") throw new Error("a live source comes by RTP");
      expect(origin.cname).toBe(`cname-${speaker.peerId}`);
      expect(origin.port % 2).toBe(0);
      expect(origin.rtcpPort).toBe(origin.port + 1);
    }
    await under.plane.request("room:leave", { roomId: speaker.roomId, peerId: speaker.peerId });
    await waitFor(() => told("removeSource").length === 2, { what: "the sources' removal" });
    await sceneIs("slate");
  });

  it("of a source that failed anew, at other ports, and of one that always fails no more than four times", async () => {
    const camera = await send(await join(), "camera");
    await sceneIs("full", [camera]);
    const portOf = (added: ReturnType<typeof told<"addSource">>[number] | undefined) =>
      added?.origin.type === "rtp" ? added.origin.port : null;
    const ports = [portOf(told("addSource")[0])];
    for (let failure = 1; failure <= 3; failure += 1) {
      mixer().say({ type: "sourceFailed", sourceId: camera, reason: "bind EADDRINUSE" });
      await waitFor(() => told("addSource").length === failure + 1, { what: "the next attempt" });
      expect(told("removeSource")).toHaveLength(failure);
      await sceneIs("full", [camera]);
      const port = portOf(told("addSource")[failure]);
      expect(ports).not.toContain(port);
      ports.push(port);
    }
    mixer().say({ type: "sourceFailed", sourceId: camera, reason: "bind EADDRINUSE" });
    await sceneIs("slate");
    // Another's source shows that all before it was done.
    const second = await send(await join(), "camera");
    await sceneIs("full", [second]);
    expect(told("addSource").filter(({ sourceId }) => sourceId === camera)).toHaveLength(4);
  });

  it("nothing of a peer that the host took out of the programme", async () => {
    const speaker = await join();
    await send(speaker, "camera");
    await sceneIs("full");
    const target = { roomId: speaker.roomId, peerId: speaker.peerId };
    await under.plane.request("room:setInProgramme", { ...target, isInProgramme: false });
    await sceneIs("slate");
    expect(told("removeSource")).toHaveLength(1);
    await under.plane.request("room:setInProgramme", { ...target, isInProgramme: true });
    await sceneIs("full");
  });

  it("to leave out what is muted, and to take it back", async () => {
    const speaker = await join();
    const target = { roomId: speaker.roomId, peerId: speaker.peerId };
    const camera = await send(speaker, "camera");
    const microphone = await send(speaker, "microphone", true);
    await sceneIs("full", [camera]);
    expect(mixer().scene?.audible).toEqual([]);
    await under.plane.request("room:setProducerPaused", {
      ...target,
      producerId: microphone,
      isPaused: false,
    });
    await waitFor(() => mixer().scene?.audible.includes(microphone), { what: "the microphone" });
    await under.plane.request("room:setProducerPaused", { ...target, producerId: camera, isPaused: true });
    await sceneIs("slate");
    await under.plane.request("room:setProducerPaused", { ...target, producerId: camera, isPaused: false });
    await sceneIs("full", [camera]);
  });

  it("to leave a stalled camera, and to wait before it is shown again", async () => {
    const camera = await send(await join(), "camera");
    await sceneIs("full");
    mixer().say({ type: "sourceStalled", sourceId: camera });
    await sceneIs("slate");
    mixer().say({ type: "sourceRecovered", sourceId: camera });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(mixer().scene?.layout).toBe("slate");
    await sceneIs("full");
    // A moment without a picture is nobody's business.
    expect(log.all("stage:sceneChanged").map(({ scene }) => scene)).toEqual(["full"]);
  });

  it("the slate's texts as they change", async () => {
    const next = { ...slate, title: "Muisti" };
    await under.plane.request("stage:setSlate", { stageId, slate: next });
    expect(told("setSlate").at(-1)?.slate).toEqual(next);
  });
});

describe("a video on air", () => {
  const video = () => ({
    itemId: "item-1",
    file: TEST_VIDEO,
    startedAt: new Date(Date.now() - 5_000).toISOString(),
  });

  it("begins at the second that the clock says, alone", async () => {
    const speaker = await join();
    await send(speaker, "microphone");
    await under.plane.request("stage:setVideo", { stageId, video: video() });
    await sceneIs("video", ["video-item-1"]);
    expect(mixer().scene?.audible).toEqual(["video-item-1"]);
    const origin = told("addSource").find(({ sourceId }) => sourceId === "video-item-1")?.origin;
    if (origin?.type !== "file") throw new Error("a video comes from its file");
    expect(origin.path).toBe(path.join(under.dataDir, "media", TEST_VIDEO));
    expect(monotonicMs() - origin.startedAtSteadyMs).toBeGreaterThanOrEqual(5_000);
  });

  it.each(["sourceEnded", "sourceFailed"] as const)("gives way when its %s", async (type) => {
    await under.plane.request("stage:setVideo", { stageId, video: video() });
    await sceneIs("video");
    mixer().say({ type, sourceId: "video-item-1", reason: "broken" });
    await log.until("stage:videoEnded", (data) => data.itemId === "item-1");
    await sceneIs("slate");
  });

  it("goes on at the right second in the mixer that follows a dead one", async () => {
    await under.plane.request("stage:setVideo", { stageId, video: video() });
    await sceneIs("video");
    const before = told("addSource").at(-1);
    mixer().die();
    await waitFor(() => under.mixers.length === 2, { what: "the next mixer" });
    await sceneIs("video");
    expect(told("addSource").at(-1)).toEqual(before);
  });
});

describe("a mixer that dies", () => {
  it("is followed by one with the same sources and a new way into the audience room", async () => {
    const camera = await send(await join(), "camera");
    await sceneIs("full", [camera]);
    const viewer = await join({ roomId: `audience:${stageId}`, role: "attendee", speakRight: "none" });
    const before = viewer.consumers.map((consumer) => consumer.id);
    log.clear();
    mixer().die();
    await log.until("stage:mixerChanged", (data) => data.state === "restarting");
    await log.until("stage:mixerChanged", (data) => data.state === "running");
    await sceneIs("full", [camera]);
    const closed = () => log.all("room:consumerClosed").filter((data) => before.includes(data.consumerId));
    await waitFor(() => closed().length === 2 && log.all("room:consumerOpened").length === 2);
    expect(log.all("room:consumerOpened").every((data) => data.toPeerId === viewer.peerId)).toBe(true);
    expect(log.all("stage:sceneChanged")).toEqual([]);
  });

  it("five times in a minute is failing, and is tried ever more slowly", async () => {
    await sceneIs("full", [await send(await join(), "camera")]);
    for (let death = 1; death <= 4; death += 1) {
      mixer().die();
      await waitFor(() => under.mixers.length === death + 1 && told("start").length === 1);
    }
    mixer().die();
    await log.until("stage:mixerChanged", (data) => data.state === "failing");
    const status = async () => (await under.plane.request("node:describe", {})).stages[0];
    expect(await status()).toMatchObject({ isFailing: true });
    expect(under.mixers).toHaveLength(5);
    const start = under.plane.request("stage:startBroadcast", { stageId, broadcastId: randomUUID() });
    await expect(start).resolves.toBeTruthy();
    expect(under.mixers).toHaveLength(6);
    // Told so by one that has lived for a moment, with the scene that it was before.
    expect(await status()).toMatchObject({ isFailing: true });
    await log.until("stage:mixerChanged", (data) => data.state === "running", 4_000);
    await waitFor(async () => (await status())?.scene === "full");
  });

  it("again before it has lived for a moment is failing still", async () => {
    for (let death = 1; death <= 4; death += 1) {
      mixer().die();
      await waitFor(() => under.mixers.length === death + 1 && told("start").length === 1);
    }
    log.clear();
    mixer().die();
    await waitFor(() => under.mixers.length === 6 && told("start").length === 1, { timeoutMs: 4_000 });
    mixer().die();
    await waitFor(() => under.mixers.length === 7 && told("start").length === 1, { timeoutMs: 6_000 });
    expect(log.all("stage:mixerChanged").map(({ state }) => state)).toEqual(["failing"]);
  });

  it("leaves the broadcast to the next, as a new run that counts on", async () => {
    const broadcastId = randomUUID();
    await under.plane.request("stage:startBroadcast", { stageId, broadcastId });
    mixer().die();
    await log.until("store:written", ({ notice }) => notice.type === "runEnd" && notice.run === "r1");
    await log.until("store:written", ({ notice }) => notice.type === "part" && notice.run === "r2");
    await under.plane.request("stage:endBroadcast", { stageId, broadcastId });
    expect(told("startPackaging")).toMatchObject([{ run: "r2", firstMsn: 1 }]);
    const lines = readIndex(broadcastId);
    expect(lines.map((line) => line.type)).toEqual(["run", "segment", "runEnd", "run", "segment", "runEnd"]);
  });
});

describe("a broadcast", () => {
  it("goes on after all that was told of an earlier life, of which nothing is on disk and whose clock was ahead", async () => {
    const broadcastId = randomUUID();
    const earlier = { msn: 130, endMs: Date.now() + 600_000 };
    await under.plane.request("stage:startBroadcast", { stageId, broadcastId, told: earlier });
    const [begun] = mixer().commands.filter((command) => command.type === "startPackaging");
    expect(begun).toMatchObject({ run: "r1", firstMsn: 131 });
    expect(monotonicMs() + begun!.wallOffsetMs!).toBeGreaterThanOrEqual(earlier.endMs);
    await under.plane.request("stage:endBroadcast", { stageId, broadcastId });
  });

  it("is on disk when its end is answered, and every part went to the server with its bytes", async () => {
    const broadcastId = randomUUID();
    await under.plane.request("stage:startBroadcast", { stageId, broadcastId });
    await under.plane.request("stage:endBroadcast", { stageId, broadcastId });
    expect(readIndex(broadcastId).at(-1)?.type).toBe("runEnd");
    const files = readdirSync(path.join(under.dataDir, "segments", broadcastId));
    expect(files).toEqual(expect.arrayContaining([INDEX_FILE, "r1-v720-init.mp4", "r1-v720-0.m4s"]));
    const part = log.heard.find(({ name, data }) => name === "store:written" && data.notice.type === "part");
    expect(part?.bytes?.toString()).toBe("part");
  });

  it("keeps its own time when somebody sets the wall clock", async () => {
    const broadcastId = randomUUID();
    const begin = { stageId, broadcastId };
    const { startedAtMs } = await under.plane.request("stage:startBroadcast", begin);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 600_000 });
    try {
      const { endedAtMs } = await under.plane.request("stage:endBroadcast", begin);
      expect(endedAtMs).toBeGreaterThanOrEqual(startedAtMs);
      expect(endedAtMs - startedAtMs).toBeLessThan(60_000);
      const last = readIndex(broadcastId).at(-1);
      expect(last?.type === "runEnd" && last.endedAtMs).toBeGreaterThanOrEqual(startedAtMs);
    } finally {
      vi.useRealTimers();
    }
  });

  it("that cannot be written says so, and the live picture goes on", async () => {
    const broadcastId = randomUUID();
    mkdirSync(path.join(under.dataDir, "segments"), { recursive: true });
    writeFileSync(path.join(under.dataDir, "segments", broadcastId), "a file where the folder should be");
    const start = under.plane.request("stage:startBroadcast", { stageId, broadcastId });
    await expect(start).rejects.toMatchObject({ code: "internal" });
    expect(await under.plane.request("stage:open", { stageId, slate })).toMatchObject({ broadcastId: null });
    expect(mixer().isGone).toBe(false);
    const next = { stageId, broadcastId: randomUUID() };
    await expect(under.plane.request("stage:startBroadcast", next)).resolves.toBeTruthy();
  });

  it("that could not begin holds nobody back once it is taken back", async () => {
    const { peerId } = await join();
    const isInProgramme = async () => {
      const { rooms } = await under.plane.request("node:describe", {});
      return rooms.flatMap((room) => room.peers).find((peer) => peer.peerId === peerId)?.isInProgramme;
    };
    const begin = { stageId, broadcastId: randomUUID() };
    mkdirSync(path.join(under.dataDir, "segments"), { recursive: true });
    writeFileSync(
      path.join(under.dataDir, "segments", begin.broadcastId),
      "a file where the folder should be",
    );
    const start = under.plane.request("stage:startBroadcast", { ...begin, isBackstageHeldBack: true });
    await expect(start).rejects.toMatchObject({ code: "internal" });
    // The server may ask again: until it gives up, nobody is put on air by a disk that is full.
    expect(await isInProgramme()).toBe(false);
    await under.plane.request("stage:endBroadcast", begin);
    expect(await isInProgramme()).toBe(true);
  });
});

it("a server that is back speaks for its peers; those it forgot and whose media are silent are removed", async () => {
  const [kept, forgotten] = [await join(), await join()];
  const backAtMs = monotonicMs();
  const { roomId, peerId } = kept;
  await under.plane.request("room:setConnected", { roomId, peerId, isConnected: true });
  under.node.removeAbandonedPeers(backAtMs);
  await log.until("room:peerLeft", (data) => data.peerId === forgotten.peerId);
  const { rooms } = await under.plane.request("node:describe", {});
  expect(rooms.find((room) => room.roomId === roomId)?.peers.map((peer) => peer.peerId)).toEqual([peerId]);
});

function readIndex(broadcastId: string) {
  const text = readFileSync(path.join(under.dataDir, "segments", broadcastId, INDEX_FILE), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => IndexLine.parse(JSON.parse(line)));
}
