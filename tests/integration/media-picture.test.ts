import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { fillPicture } from "../../media/mixer/picture/planes.ts";
import { MixerSpares } from "../../media/stage/mixer-spares.ts";
import { createFakeCamera, TONE_HZ } from "../support/fake-camera.ts";
import { makeVideo } from "../support/make-video.ts";
import { launchChromium, MediaPeer } from "../support/media-peer.ts";
import { createRealPlane, type RealPlane, testLog } from "../support/media-planes.ts";
import { NoticeLog } from "../support/notice-log.ts";
import { PacketRecord } from "../support/packet-record.ts";
import { readPicture, readSound } from "../support/picture.ts";
import { BLUE, GREEN } from "../support/rtp-feeder.ts";
import { waitFor } from "../support/wait-for.ts";

/* Real all the way: Chromium's camera → backstage → mixer → audience room → Chromium. */

const PROGRAMME = "#programme-video-stage";
const stageId = randomUUID();
const folder = mkdtempSync(path.join(tmpdir(), "torilla-fake-camera-"));
const spares = new MixerSpares(testLog);
let under: RealPlane;
let log: NoticeLog;
let browser: Browser;
let speaker: MediaPeer;
let viewer: MediaPeer;

beforeAll(async () => {
  under = await createRealPlane({ takeMixer: () => spares.take() });
  log = new NoticeLog(under.plane);
  browser = await launchChromium(createFakeCamera("counter", { folder }));
  const slate = {
    reason: "starting-soon",
    eventName: "Messut",
    title: "Uni",
    subtitle: "",
    nextLine: "",
  } as const;
  await under.plane.request("stage:open", { stageId, slate });
  speaker = await MediaPeer.create(browser, under.plane, `backstage:${stageId}`, {
    role: "speaker",
    speakRight: "picture",
  });
  await speaker.sendCamera();
  await speaker.sendMicrophone();
  await log.until("stage:sceneChanged", (data) => data.scene === "full", 20_000);
  viewer = await MediaPeer.create(browser, under.plane, `audience:${stageId}`, { role: "attendee" });
}, 90_000);

afterAll(async () => {
  log.close();
  await browser.close();
  await under.close();
  await spares.close();
  rmSync(folder, { recursive: true, force: true });
});

const counter = async () => (await readPicture(viewer.page, PROGRAMME))?.counter ?? null;
const widthPx = () =>
  viewer.page.evaluate(
    (selector) => document.querySelector<HTMLVideoElement>(selector)?.videoWidth ?? 0,
    PROGRAMME,
  );
const advances = async () => {
  const before = await waitFor(counter, { what: "a counter in the picture", timeoutMs: 10_000 });
  return await waitFor(async () => ((await counter()) ?? -1) > before, { what: "the counter to advance" });
};

it("the audience sees the camera's counter advance and hears its tone", async () => {
  expect(await advances()).toBe(true);
  const { toneDb } = await readSound(viewer.page, "#programme-audio-stage", TONE_HZ);
  expect(toneDb).toBeGreaterThan(-50);
});

it("is sent without bandwidth estimation and under AES-GCM", async () => {
  const stats = await viewer.stats();
  expect(stats.find((report) => report.type === "transport")?.srtpCipher).toMatch(/AEAD_AES_\d+_GCM/);
  for (const { rtpParameters } of viewer.joined.consumers) {
    const text = JSON.stringify(rtpParameters);
    expect(text).not.toMatch(/transport-cc|goog-remb|abs-send-time|transport-wide-cc/);
    if (text.includes("H264")) expect(text).toContain("nack");
  }
});

it("changes between the two rungs without a break", async () => {
  const { id: consumerId } = viewer.joined.consumers.find((consumer) => consumer.kind === "video")!;
  const choose = (spatialLayer: number) =>
    under.plane.request("room:setConsumerLayer", {
      roomId: viewer.roomId,
      peerId: viewer.peerId,
      consumerId,
      spatialLayer,
    });
  await waitFor(async () => (await widthPx()) === 640, { what: "the upper rung" });
  await choose(0);
  await waitFor(async () => (await widthPx()) === 320, { what: "the lower rung" });
  expect(await advances()).toBe(true);
  await choose(1);
  await waitFor(async () => (await widthPx()) === 640, { what: "the upper rung again" });
  expect(await advances()).toBe(true);
});

it("a full line runs empty before the lower rung comes, and a viewer's own pause outlasts that", async () => {
  const { id: consumerId } = viewer.joined.consumers.find((consumer) => consumer.kind === "video")!;
  const own = { roomId: viewer.roomId, peerId: viewer.peerId, consumerId };
  const chooseLow = () =>
    under.plane.request("room:setConsumerLayer", { ...own, spatialLayer: 0, isLineFull: true });
  const setPaused = (isPaused: boolean) =>
    under.plane.request("room:setConsumerPaused", { ...own, isPaused });
  const inbound = async (kind: "audio" | "video", figure: string) => {
    const stats = await viewer.stats();
    return Number(stats.find((report) => report.type === "inbound-rtp" && report.kind === kind)?.[figure]);
  };
  const lastPacketMs = () => inbound("video", "lastPacketReceivedTimestamp");
  let last = await lastPacketMs();
  let longestMs = 0;
  const look = async () => {
    const now = await lastPacketMs();
    longestMs = Math.max(longestMs, now - last);
    last = now;
    return now;
  };
  await chooseLow();
  await waitFor(async () => (await look()) > 0 && (await widthPx()) === 320, { what: "the lower rung" });
  // The report may have been older than the picture.
  const atLow = last;
  await waitFor(async () => (await look()) > atLow, { what: "more of the lower rung" });
  expect(longestMs).toBeGreaterThan(400);
  expect(await advances()).toBe(true);

  await chooseLow();
  await setPaused(true);
  const atPauseMs = await lastPacketMs();
  const soundAtPause = await inbound("audio", "packetsReceived");
  // Twice as long as a line runs empty: 50 packets of 20 ms.
  await waitFor(async () => (await inbound("audio", "packetsReceived")) >= soundAtPause + 50, {
    what: "a second of sound",
  });
  // What was on its way when the pause began.
  expect((await lastPacketMs()) - atPauseMs).toBeLessThan(100);
  await setPaused(false);
  await under.plane.request("room:setConsumerLayer", { ...own, spatialLayer: 1 });
  await waitFor(async () => (await widthPx()) === 640, { what: "the upper rung again" });
});

it("a shared screen goes beside its speaker, and away again", async () => {
  const producerId = await speaker.sendScreen("rgb(0, 120, 0)");
  await log.until("stage:sceneChanged", (data) => data.scene === "slides-with-speaker", 10_000);
  log.clear();
  await under.plane.request("room:closeProducer", {
    roomId: speaker.roomId,
    peerId: speaker.peerId,
    producerId,
  });
  await log.until("stage:sceneChanged", (data) => data.scene === "full", 10_000);
});

it("a recorded presentation is joined at the right second, alone, and gives way at its end", async () => {
  const file = `${randomUUID()}.mp4`;
  const seconds = 6;
  await makeVideo(path.join(under.dataDir, "media", file), {
    seconds,
    widthPx: 640,
    heightPx: 360,
    fps: 15,
    // Green for the first half, blue for the second.
    draw: (picture, frame) => fillPicture(picture, frame < 45 ? GREEN : BLUE),
    level: (sample) => 0.3 * Math.sin((2 * Math.PI * 1000 * sample) / 48_000),
  });
  log.clear();
  const startedAtMs = Date.now() - 3_500;
  const video = { itemId: "item", file, startedAt: new Date(startedAtMs).toISOString() };
  await under.plane.request("stage:setVideo", { stageId, video });
  await log.until("stage:sceneChanged", (data) => data.scene === "video");
  const colour = async () => (await readPicture(viewer.page, PROGRAMME))?.rgb ?? [0, 0, 0];
  await waitFor(async () => (await colour())[2]! > 150 && (await colour())[1]! < 100, {
    what: "the second half",
  });
  const sound = await readSound(viewer.page, "#programme-audio-stage", 1000, 400);
  expect(sound.toneDb).toBeGreaterThan(-50);
  await log.until("stage:videoEnded", (data) => data.itemId === "item", 8_000);
  expect(Math.abs(Date.now() - startedAtMs - seconds * 1000)).toBeLessThan(1_000);
  await log.until("stage:sceneChanged", (data) => data.scene === "full");
  expect(await advances()).toBe(true);
});

it("at a booth, a visitor who was let to speak is seen by staff and a silent visitor", async () => {
  const roomId = `booth:${randomUUID()}`;
  await under.plane.request("room:open", { roomId });
  const staff = await MediaPeer.create(browser, under.plane, roomId, {
    role: "staff",
    speakRight: "picture",
  });
  const visitor = await MediaPeer.create(browser, under.plane, roomId, { role: "visitor" });
  const silent = await MediaPeer.create(browser, under.plane, roomId, { role: "visitor" });
  await expect(visitor.sendMicrophone()).rejects.toThrow();
  await under.plane.request("room:setSpeakRight", { roomId, peerId: visitor.peerId, speakRight: "picture" });
  await visitor.sendCamera();
  await visitor.sendMicrophone();
  await log.until("room:activeSpeakerChanged", (data) => data.peerId === visitor.peerId, 10_000);
  for (const other of [staff, silent]) {
    const seen = async () => (await readPicture(other.page, `#camera-video-${visitor.peerId}`))?.counter;
    const before = await waitFor(seen, { what: "the visitor's picture", timeoutMs: 10_000 });
    await waitFor(async () => ((await seen()) ?? -1) > before, { what: "a moving picture" });
  }
  const { rooms } = await under.plane.request("node:describe", {});
  const views = rooms.find((room) => room.roomId === roomId)?.peers ?? [];
  expect(views).toHaveLength(3);
  await Promise.all([staff, visitor, silent].map((peer) => peer.close()));
});

it("a killed mixer is replaced: the picture is back within five seconds, the broadcast goes on as a new run", async () => {
  const broadcastId = randomUUID();
  await under.plane.request("stage:startBroadcast", { stageId, broadcastId });
  log.clear();
  const killedAt = performance.now();
  process.kill(mixerPid(), "SIGKILL");
  await log.until("stage:mixerChanged", (data) => data.state === "restarting");
  await log.until("stage:mixerChanged", (data) => data.state === "running", 10_000);
  await log.until("store:written", ({ notice }) => notice.type === "part" && notice.run === "r2", 10_000);
  await waitFor(counter, { what: "the counter after the mixer's death", timeoutMs: 10_000 });
  expect(performance.now() - killedAt).toBeLessThan(5_000);
  expect(await advances()).toBe(true);
  await under.plane.request("stage:endBroadcast", { stageId, broadcastId });
});

it("whoever was cleared out of the audience gets not one packet more, and a maker's monitor goes on", async () => {
  const record = await createRecord();
  const guest = await MediaPeer.create(browser, under.plane, `audience:${stageId}`, {
    role: "attendee",
    prepare: (page) => record.lead(page),
  });
  const broadcastId = randomUUID();
  await under.plane.request("stage:startBroadcast", { stageId, broadcastId });
  await waitFor(() => record.count("rtp") > 50, { what: "the programme at the guest" });
  await under.plane.request("stage:endBroadcast", { stageId, broadcastId });
  log.clear();
  await under.plane.request("stage:clearAudience", { stageId, keptPeerIds: [viewer.peerId] });
  await log.until("room:peerClosed", (data) => data.toPeerId === guest.peerId);
  await expectSilence(record, viewer);
  await guest.close();
  record.close();
});

it("whoever was removed from a table gets not one packet more of it", async () => {
  const roomId = `booth:${randomUUID()}`;
  await under.plane.request("room:open", { roomId });
  const staff = await MediaPeer.create(browser, under.plane, roomId, {
    role: "staff",
    speakRight: "picture",
  });
  await staff.sendCamera();
  await staff.sendMicrophone();
  const record = await createRecord();
  const visitor = await MediaPeer.create(browser, under.plane, roomId, {
    role: "visitor",
    prepare: (page) => record.lead(page),
  });
  const other = await MediaPeer.create(browser, under.plane, roomId, { role: "visitor" });
  await waitFor(() => record.count("rtp") > 50, { what: "the staff's picture at the visitor" });
  await under.plane.request("room:removePeer", { roomId, peerId: visitor.peerId });
  await expectSilence(record, other);
  await Promise.all([staff, visitor, other].map((peer) => peer.close()));
  record.close();
});

function createRecord(): Promise<PacketRecord> {
  const udp = viewer.joined.receiveTransport.iceCandidates.find(({ protocol }) => protocol === "udp");
  return PacketRecord.create(Number(udp?.port));
}

/** While `control` gets on, nothing is sent to the recorded page: no picture, no sound, no report of either. */
async function expectSilence(record: PacketRecord, control: MediaPeer): Promise<void> {
  const packets = async () =>
    (await control.stats())
      .filter(({ type }) => type === "inbound-rtp")
      .reduce((sum, { packetsReceived }) => sum + Number(packetsReceived), 0);
  const growsBy = async (count: number) => {
    const before = await packets();
    await waitFor(async () => (await packets()) >= before + count, { what: "packets at the others" });
  };
  // What was on the wire has come when the others have got so many more.
  await growsBy(20);
  record.packets.length = 0;
  await growsBy(120);
  expect(record.packets).toEqual([]);
}

/** Only this test's own child processes. */
function mixerPid(): number {
  const { pid } = spares.inUse[0] ?? {};
  if (pid === undefined) throw new Error("no mixer runs");
  return pid;
}
