import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readDtlsParameters, writeConsumersOffer } from "../support/load/session-description.ts";
import { SourceMixer } from "../support/load/source-mixer.ts";
import { type PeerOptions, WebrtcLoad } from "../support/load/webrtc-load.ts";
import type { RoomDoor } from "../support/load/webrtc-presenter.ts";
import { makePresenterFiles, sendFiles } from "../support/load/webrtc-presenter.ts";
import { viewerCapabilities } from "../support/load/webrtc-viewers.ts";
import { slate } from "../support/made-up-slate.ts";
import { createRealPlane, type RealPlane } from "../support/media-planes.ts";
import { drawMoving, RED } from "../support/rtp-feeder.ts";
import { waitFor } from "../support/wait-for.ts";

/* The load client against a real worker: what it counts is what was sent. */

const stageId = crypto.randomUUID();
let under: RealPlane;
let load: WebrtcLoad;
let mixer: SourceMixer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "torilla-load-"));
  load = await WebrtcLoad.start();
  under = await createRealPlane({ takeMixer: () => (mixer = new SourceMixer(load, "programme")) });
  await under.plane.request("stage:open", { stageId, slate });
});

afterAll(async () => {
  await load?.close();
  await under?.close();
  rmSync(folder, { recursive: true, force: true });
});

const enter = (
  room: "audience" | "backstage",
  changes: { role?: "attendee" | "speaker"; dtlsParameters?: WebrtcLoad["dtlsParameters"] } = {},
) =>
  under.plane.request("room:join", {
    roomId: `${room}:${stageId}`,
    peerId: crypto.randomUUID(),
    displayName: "Aino",
    role: "attendee",
    speakRight: room === "audience" ? "none" : "picture",
    rtpCapabilities: viewerCapabilities,
    ...changes,
  });

/** Enters by one request, as a page that has made its certificate ahead. */
async function watch(options: Partial<PeerOptions> = {}): Promise<string> {
  const joined = await enter("audience", { dtlsParameters: load.dtlsParameters });
  const sdp = writeConsumersOffer(joined.receiveTransport, joined.consumers);
  await load.offer({ id: joined.peerId, sdp, ...options });
  return joined.peerId;
}

const statsOf = async (id: string) => (await load.stats({ id })).peers[0]!;
/** Until so many packets have come since the last reset. */
const received = (id: string, packets: number) =>
  waitFor(async () => {
    const stats = await statsOf(id);
    return stats.audio.packets >= packets && stats.video.packets >= packets && stats;
  });

it.each([
  { protocol: "udp", profiles: ["gcm", "cm80"], profile: "gcm" },
  { protocol: "udp", profiles: ["cm80"], profile: "cm80" },
  { protocol: "tcp", profiles: ["gcm", "cm80"], profile: "gcm" },
] as const)(
  "receives the programme over $protocol with $profile, whole and in order",
  async ({ protocol, profiles, profile }) => {
    const id = await watch({ protocol, profiles: [...profiles] });
    expect(await load.picture(id)).toBeGreaterThanOrEqual(await load.connected(id));
    await load.reset({ id });
    const stats = await received(id, 60);
    expect(stats).toMatchObject({
      state: "connected",
      profile,
      audio: { lost: 0, duplicated: 0, streams: 1 },
      video: { lost: 0, duplicated: 0, streams: 1 },
    });
    expect(stats.video.longestGapMs).toBeLessThan(2_000);
    const { latency } = await load.stats();
    expect(latency.video!.count).toBeGreaterThan(0);
    expect(latency.video!.p50Ms).toBeLessThan(1_000);
    await load.closePeers({ id });
  },
);

it("asks for a key frame, and the mixer hears of it", async () => {
  const id = await watch();
  await load.picture(id);
  const requests = () => mixer.commands.filter(({ type }) => type === "requestKeyFrame").length;
  const before = requests();
  await waitFor(async () => {
    await load.requestKeyFrame({ id });
    return requests() > before;
  });
  await load.closePeers({ id });
});

it("notices when nothing comes any more", async () => {
  const id = await watch();
  await received(id, 20);
  await load.reset({ id });
  await under.plane.request("room:leave", { roomId: `audience:${stageId}`, peerId: id });
  await waitFor(async () => (await statsOf(id)).video.longestGapMs > 500);
  await load.closePeers({ id });
});

it("presents files: another receives its camera and its voice", async () => {
  const files = await makePresenterFiles(folder, {
    widthPx: 320,
    heightPx: 180,
    fps: 25,
    frames: 50,
    kbps: 300,
    draw: drawMoving(RED),
  });
  const joined = await enter("backstage", { role: "speaker" });
  const door: RoomDoor = {
    request: (name, data) =>
      under.plane.request(name as "room:produce", { ...data, peerId: joined.peerId } as never) as never,
  };
  await sendFiles(load, door, { joined, roomId: joined.roomId, files, id: joined.peerId });

  const listener = await enter("backstage", { role: "speaker" });
  const sdp = writeConsumersOffer(listener.receiveTransport, listener.consumers);
  const answer = await load.offer({ id: listener.peerId, sdp });
  await under.plane.request("room:connectTransport", {
    roomId: listener.roomId,
    peerId: listener.peerId,
    transportId: listener.receiveTransport.id,
    dtlsParameters: readDtlsParameters(answer),
  });
  await load.picture(listener.peerId);
  const stats = await received(listener.peerId, 50);
  expect(stats.video.lost + stats.audio.lost).toBe(0);
  expect((await statsOf(joined.peerId)).pliReceived).toBeGreaterThan(0);
});
