/*
 * The WebRTC load client against a real worker, before it is believed about others: what it counts is what was sent,
 * and that nothing comes any more does not escape it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDtlsParameters, writeConsumersOffer } from "../load/session-description.ts";
import { SourceMixer } from "../load/source-mixer.ts";
import { type PeerStats, WebrtcLoad } from "../load/webrtc-load.ts";
import { makePresenterFiles, type RoomDoor, sendFiles } from "../load/webrtc-presenter.ts";
import { viewerCapabilities } from "../load/webrtc-viewers.ts";
import { slate } from "../made-up-slate.ts";
import { createRealPlane, type RealPlane } from "../media-planes.ts";
import { drawMoving, RED } from "../rtp-feeder.ts";
import { waitFor } from "../wait-for.ts";

const PACKETS = 60;
const SILENCE_MS = 500;
/** A busy machine drops some, which is then told rightly. */
const UDP_LOSS = 0.05;

interface Ground {
  under: RealPlane;
  load: WebrtcLoad;
  mixer: SourceMixer;
  stageId: string;
}

/** @throws with what the client does not do */
export async function checkLoadClient(): Promise<void> {
  const load = await WebrtcLoad.start();
  const stageId = crypto.randomUUID();
  const mixer = new SourceMixer(load, "programme");
  const under = await createRealPlane({ takeMixer: () => mixer }).catch(async (error: Error) => {
    await load.close();
    throw error;
  });
  try {
    await under.plane.request("stage:open", { stageId, slate });
    const ground: Ground = { under, load, mixer, stageId };
    await receives(ground, "cm80");
    await presents(ground);
  } finally {
    await load.close();
    await under.close();
  }
}

/** The programme, whole and in order; key frames that it asks for; and that it ends. */
async function receives(ground: Ground, wanted: "gcm" | "cm80"): Promise<void> {
  const { under, load, mixer, stageId } = ground;
  const joined = await enterProgramme(ground);
  const id = joined.peerId;
  await load.offer({
    id,
    sdp: writeConsumersOffer(joined.receiveTransport, joined.consumers),
    profiles: [wanted],
  });
  await load.picture(id);
  await load.reset({ id });
  const { profile, audio, video } = await received(load, id);
  expectThat(profile === wanted, `ciphers by ${profile}, not by ${wanted}`);
  for (const [kind, { packets, lost, duplicated, streams }] of Object.entries({ audio, video }))
    expectThat(
      lost <= UDP_LOSS * packets && duplicated === 0 && streams === 1,
      `${kind} with ${lost} lost of ${packets}, ${duplicated} doubled, in ${streams} streams`,
    );
  const keyFrames = () => mixer.commands.filter(({ type }) => type === "requestKeyFrame").length;
  const before = keyFrames();
  const isAsked = async () => {
    await load.requestKeyFrame({ id });
    return keyFrames() > before;
  };
  await waitFor(isAsked, { what: `a key frame that the load client asked for` });
  await load.reset({ id });
  await under.plane.request("room:leave", { roomId: `audience:${stageId}`, peerId: id });
  await waitFor(async () => (await statsOf(load, id)).video.longestGapMs > SILENCE_MS, {
    what: `the load client's notice that nothing comes any more`,
  });
  await load.closePeers({ id });
}

/** Files, which another receives whole. */
async function presents(ground: Ground): Promise<void> {
  const { under, load } = ground;
  const folder = mkdtempSync(join(tmpdir(), "torilla-load-"));
  try {
    const files = await makePresenterFiles(folder, {
      widthPx: 320,
      heightPx: 180,
      fps: 25,
      frames: 50,
      kbps: 300,
      draw: drawMoving(RED),
    });
    const joined = await enter(ground, "backstage");
    const { roomId, peerId } = joined;
    const door: RoomDoor = {
      request: (name, data) =>
        under.plane.request(name as "room:produce", { ...data, peerId } as never) as never,
    };
    await sendFiles(load, door, { joined, roomId, files, id: peerId });
    const listener = await enter(ground, "backstage");
    const id = listener.peerId;
    const sdp = writeConsumersOffer(listener.receiveTransport, listener.consumers);
    const dtlsParameters = readDtlsParameters(await load.offer({ id, sdp }));
    const transportId = listener.receiveTransport.id;
    await under.plane.request("room:connectTransport", { roomId, peerId: id, transportId, dtlsParameters });
    await load.picture(id);
    const { audio, video } = await received(load, id);
    const [lost, packets] = [audio.lost + video.lost, audio.packets + video.packets];
    expectThat(lost <= UDP_LOSS * packets, `${lost} of ${packets} packets of a presenter are lost`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function enter({ under, load, stageId }: Ground, room: "audience" | "backstage") {
  const isViewer = room === "audience";
  return under.plane.request("room:join", {
    roomId: `${room}:${stageId}`,
    peerId: crypto.randomUUID(),
    displayName: "Aino",
    role: isViewer ? "attendee" : "speaker",
    speakRight: isViewer ? "none" : "picture",
    rtpCapabilities: viewerCapabilities,
    ...(isViewer ? { dtlsParameters: load.dtlsParameters } : {}),
  });
}

/** A stage is open before its mixer has begun the programme. */
function enterProgramme(ground: Ground) {
  return waitFor(
    async () => {
      const joined = await enter(ground, "audience");
      if (joined.consumers.length === 2) return joined;
      const { roomId, peerId } = joined;
      await ground.under.plane.request("room:leave", { roomId, peerId });
      return null;
    },
    { what: "the programme's sound and picture in the audience room" },
  );
}

async function statsOf(load: WebrtcLoad, id: string): Promise<PeerStats> {
  return (await load.stats({ id })).peers[0]!;
}

/** Until enough packets have come since the last reset. */
function received(load: WebrtcLoad, id: string): Promise<PeerStats> {
  const look = async () => {
    const stats = await statsOf(load, id);
    return stats.audio.packets >= PACKETS && stats.video.packets >= PACKETS && stats;
  };
  return waitFor(look, { what: "packets at the load client" });
}

function expectThat(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(`the load client is not to be believed: ${otherwise}`);
}
