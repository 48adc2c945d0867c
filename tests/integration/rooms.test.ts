import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { type RoomRef, roomIdOf } from "../../server/contract/rooms.ts";
import { MediaLinkError } from "../../server/platform/media-link/media-link-error.ts";
import { createFair, createLink, type Fair } from "../support/factories.ts";
import { browserDtls } from "../support/rtp-samples.ts";
import type { SocketClient } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

const capabilities = { codecs: [], headerExtensions: [] };
const slate = { reason: "starting-soon", eventName: "M", title: "T", subtitle: "", nextLine: "" } as const;

let server: TestServer;
let media: FakeMediaPlane;
beforeAll(async () => {
  media = new FakeMediaPlane({ graceMs: 200 });
  server = await startTestServer({ media });
});
afterAll(() => server.close());

let keys = 0;
const peerKey = () => `tab-of-the-tests-${String(++keys).padStart(4, "0")}`;
const boothOf = (fair: Fair): RoomRef => ({ kind: "booth", boothId: fair.booth.id });
const backstageOf = (fair: Fair): RoomRef => ({ kind: "backstage", stageId: fair.stage.id });
const audienceOf = (fair: Fair): RoomRef => ({ kind: "audience", stageId: fair.stage.id });

function join(socket: SocketClient, room: RoomRef, options: { key?: string; name?: string } = {}) {
  return socket.request("room:join", {
    room,
    peerKey: options.key ?? peerKey(),
    displayName: options.name ?? "Aino",
    rtpCapabilities: capabilities,
  });
}
function joinCode(socket: SocketClient, room: RoomRef) {
  const data = { room, peerKey: peerKey(), displayName: null, rtpCapabilities: capabilities };
  return socket.codeOf("room:join", data);
}
async function liveFair(phase: "live" | "rehearsal" = "live") {
  const fair = await createFair(server.db, { phase });
  await media.request("stage:open", { stageId: fair.stage.id, slate });
  return fair;
}
async function staffOf(fair: Fair) {
  const link = await createLink(server.db, { role: "staff", eventId: fair.event.id, boothId: fair.booth.id });
  return (await server.browser().open(link)).socket();
}
async function backstageSocket(fair: Fair, role: "host" | "speaker") {
  const link = await createLink(server.db, { role, eventId: fair.event.id, stageId: fair.stage.id });
  return (await server.browser().open(link)).socket();
}

test("anybody enters the audience of a live stage, as a peer that cannot send", async () => {
  const fair = await liveFair();
  const joined = await join(await server.browser().socket(), audienceOf(fair));
  expect(joined).toMatchObject({ sendTransport: null, speakRight: "none", peers: [] });
  expect(joined.consumers.map((consumer) => consumer.source)).toEqual(["programme", "programme"]);
});

test("who brings a certificate's fingerprint needs no second request to receive", async () => {
  const fair = await liveFair();
  const socket = await server.browser().socket();
  const request = { room: audienceOf(fair), displayName: null, rtpCapabilities: capabilities };
  const entered = { ...request, peerKey: peerKey(), dtlsParameters: browserDtls };
  const { receiveTransport } = await socket.request("room:join", entered);
  expect(receiveTransport.dtlsParameters).toMatchObject({ role: "server" });
  const forged = { ...entered, dtlsParameters: { role: "server", fingerprints: browserDtls.fingerprints } };
  expect(await socket.codeOf("room:join", forged as never)).toBe("bad_request");
});

test("the audience of a stage that is not live is open to its makers in rehearsal only", async () => {
  const fair = await liveFair("rehearsal");
  const closed = await createFair(server.db);
  const attendee = await server.browser().socket();
  const host = await backstageSocket(fair, "host");
  expect(await joinCode(attendee, audienceOf(fair))).toBe("wrong_phase");
  expect(await joinCode(host, audienceOf(fair))).toBe("ok");
  expect(await joinCode(attendee, audienceOf(closed))).toBe("wrong_phase");
});

test("a change of phase opens the audience without asking the database again", async () => {
  const fair = await liveFair("rehearsal");
  const attendee = await server.browser().socket();
  expect(await joinCode(attendee, audienceOf(fair))).toBe("wrong_phase");
  server.ctx.domain.tell("stageChanged", { eventId: fair.event.id, stageId: fair.stage.id, phase: "live" });
  expect(await joinCode(attendee, audienceOf(fair))).toBe("ok");
});

test("the backstage takes hosts and speakers of this stage and nobody else", async () => {
  const fair = await liveFair();
  const other = await liveFair();
  expect(await joinCode(await server.browser().socket(), backstageOf(fair))).toBe("unauthorised");
  expect(await joinCode(await staffOf(fair), backstageOf(fair))).toBe("forbidden");
  expect(await joinCode(await backstageSocket(other, "host"), backstageOf(fair))).toBe("forbidden");
  const host = await backstageSocket(fair, "host");
  const speaker = await backstageSocket(fair, "speaker");
  await join(host, backstageOf(fair), { name: "Juontaja" });
  const joined = await join(speaker, backstageOf(fair), { name: "Puhuja" });
  expect(joined).toMatchObject({ speakRight: "picture", peers: [{ displayName: "Juontaja", role: "host" }] });
  const { peer } = await host.heardOf("room:peerJoined", (notice) => notice.peer.displayName === "Puhuja");
  expect(peer).toMatchObject({ displayName: "Puhuja", role: "speaker" });
});

test("what one sends backstage the others receive, until it is closed", async () => {
  const fair = await liveFair();
  const [host, speaker] = [await backstageSocket(fair, "host"), await backstageSocket(fair, "speaker")];
  await join(host, backstageOf(fair));
  const { roomId, peerId, sendTransport } = await join(speaker, backstageOf(fair));
  const transportId = sendTransport?.id ?? "";
  await speaker.request("room:connectTransport", { roomId, transportId, dtlsParameters: {} });
  const made = {
    roomId,
    transportId,
    kind: "audio",
    source: "microphone",
    rtpParameters: {},
    isPaused: false,
  } as const;
  const { producerId } = await speaker.request("room:produce", made);
  const { consumer } = await host.heardOf("room:consumerOpened");
  expect(consumer).toMatchObject({ peerId, producerId, source: "microphone" });
  await speaker.request("room:closeProducer", { roomId, producerId });
  expect(await host.heardOf("room:consumerClosed")).toMatchObject({ consumerId: consumer.id });
  expect(speaker.faults.concat(host.faults)).toEqual([]);
});

test("requests to a room need a place in it, and the place is the socket's own", async () => {
  const fair = await liveFair();
  const speaker = await backstageSocket(fair, "speaker");
  const stranger = await server.browser().socket();
  const { roomId, sendTransport } = await join(speaker, backstageOf(fair));
  const transportId = sendTransport?.id ?? "";
  expect(await stranger.codeOf("room:restartIce", { roomId, transportId })).toBe("not_in_room");
  await join(stranger, audienceOf(fair));
  const audience = roomIdOf(audienceOf(fair));
  expect(await stranger.codeOf("room:restartIce", { roomId: audience, transportId })).toBe("not_found");
});

test("a visitor asks to speak, staff admit, and only staff can", async () => {
  const fair = await createFair(server.db);
  const staff = await staffOf(fair);
  const visitor = await server.browser().socket();
  const { roomId } = await join(staff, boothOf(fair), { name: "Vapaaehtoinen" });
  const { peerId, speakRight, silentVisitorCount } = await join(visitor, boothOf(fair));
  expect([speakRight, silentVisitorCount]).toEqual(["none", 1]);
  expect(await visitor.codeOf("room:setSpeakRight", { roomId, peerId, speakRight: "picture" })).toBe(
    "unauthorised",
  );
  await visitor.request("room:askToSpeak", { roomId, isAsking: true });
  await staff.heardOf("room:peerJoined", ({ peer }) => peer.peerId === peerId && peer.isAskingToSpeak);
  await staff.request("room:setSpeakRight", { roomId, peerId, speakRight: "voice" });
  expect(await visitor.heardOf("room:speakRightChanged")).toMatchObject({ roomId, speakRight: "voice" });
  expect(await staff.codeOf("room:setInProgramme", { roomId, peerId, isInProgramme: true })).toBe(
    "bad_request",
  );
});

test("staff remove a visitor, who is told and does not come back", async () => {
  const fair = await createFair(server.db);
  const staff = await staffOf(fair);
  const visitor = await server.browser().socket();
  const { roomId } = await join(staff, boothOf(fair));
  const { peerId } = await join(visitor, boothOf(fair));
  await staff.request("room:removePeer", { roomId, peerId });
  expect(await visitor.heardOf("room:closed")).toEqual({ roomId, reason: "removed" });
  expect(await joinCode(visitor, boothOf(fair))).toBe("removed");
});

test("a booth is staffed while staff are at the table, and 30 s after their connection is lost it is not", async () => {
  const fair = await createFair(server.db);
  const told: boolean[] = [];
  const stop = server.ctx.domain.on("boothStaffed", (notice) => {
    if (notice.boothId === fair.booth.id) told.push(notice.isStaffed);
  });
  const staff = await staffOf(fair);
  await join(staff, boothOf(fair));
  await waitFor(() => told.length === 1, { what: "staffed" });
  staff.close();
  await waitFor(() => told.length === 2, { what: "no longer staffed" });
  expect(told).toEqual([true, false]);
  stop();
});

test("the same tab's return replaces its earlier self: one participant, not two", async () => {
  const fair = await liveFair();
  const host = await backstageSocket(fair, "host");
  await join(host, backstageOf(fair));
  const link = await createLink(server.db, {
    role: "speaker",
    eventId: fair.event.id,
    stageId: fair.stage.id,
  });
  const browser = await server.browser().open(link);
  const key = peerKey();
  const before = await browser.socket();
  const first = await join(before, backstageOf(fair), { key });
  before.close();
  await host.heardOf("room:peerChanged", ({ peer }) => !peer.isConnected);
  const again = await join(await browser.socket(), backstageOf(fair), { key });
  expect(again.peerId).toBe(first.peerId);
  await host.heardOf("room:peerChanged", ({ peer }) => peer.isConnected);
  const others = host.all("room:peerJoined").filter(({ peer }) => peer.peerId === first.peerId);
  expect(others).toHaveLength(1);
  expect(host.all("room:peerLeft")).toHaveLength(0);
});

test("a socket that comes back to a stay whose media went on gets the same stay", async () => {
  const fair = await createFair(server.db);
  const browser = server.browser();
  const key = peerKey();
  const before = await browser.socket();
  const first = await join(before, boothOf(fair), { key });
  before.close();
  const after = await browser.socket();
  const again = await after.request("room:join", {
    room: boothOf(fair),
    peerKey: key,
    displayName: "Aino",
    rtpCapabilities: capabilities,
    keptTransportId: first.receiveTransport.id,
  });
  expect(again.receiveTransport.id).toBe(first.receiveTransport.id);
  expect(await after.codeOf("room:askToSpeak", { roomId: again.roomId, isAsking: true })).toBe("ok");
  const stranger = await server.browser().socket();
  const other = await stranger.request("room:join", {
    room: boothOf(fair),
    peerKey: key,
    displayName: "Aino",
    rtpCapabilities: capabilities,
    keptTransportId: first.receiveTransport.id,
  });
  expect(other.peerId).not.toBe(first.peerId);
  expect(other.receiveTransport.id).not.toBe(first.receiveTransport.id);
});

test("another socket with the same tab's key takes the place, and the first is told", async () => {
  const fair = await createFair(server.db);
  const browser = server.browser();
  const [first, second] = [await browser.socket(), await browser.socket()];
  const key = peerKey();
  const { roomId } = await join(first, boothOf(fair), { key });
  await join(second, boothOf(fair), { key });
  expect(await first.heardOf("room:closed")).toEqual({ roomId, reason: "replaced" });
  expect(await first.codeOf("room:askToSpeak", { roomId, isAsking: true })).toBe("not_in_room");
  expect(await second.codeOf("room:askToSpeak", { roomId, isAsking: true })).toBe("ok");
  expect(second.all("room:closed")).toEqual([]);
});

test("without the media node requests are refused; a restarted node has the rooms joined anew", async () => {
  const fair = await createFair(server.db);
  const visitor = await server.browser().socket();
  const { roomId } = await join(visitor, boothOf(fair));
  media.setConnected(false);
  expect(await visitor.codeOf("room:askToSpeak", { roomId, isAsking: true })).toBe("media_unavailable");
  expect(await joinCode(visitor, boothOf(fair))).toBe("media_unavailable");
  media.forgetEverything();
  media.setConnected(true);
  expect(await visitor.heardOf("room:closed")).toEqual({ roomId, reason: "media_restarted" });
  expect(await joinCode(visitor, boothOf(fair))).toBe("ok");
});

test("who enters while the media node comes back waits for it", async () => {
  const fair = await createFair(server.db);
  const visitor = await server.browser().socket();
  media.setConnected(false);
  const entering = joinCode(visitor, boothOf(fair));
  setTimeout(() => media.setConnected(true), 500);
  expect(await entering).toBe("ok");
});

test("who leaves before the answer came is not in the room, whatever else the page asks for", async () => {
  const fair = await createFair(server.db);
  const visitor = await server.browser().socket();
  const roomId = roomIdOf(boothOf(fair));
  // Several times, since it is left to chance which of two that wait is answered first.
  for (let round = 0; round < 6; round++) {
    media.setConnected(false);
    const left = joinCode(visitor, boothOf(fair));
    expect(await visitor.codeOf("room:leave", { roomId })).toBe("ok");
    const again = joinCode(visitor, boothOf(fair));
    media.setConnected(true);
    expect(await left).toBe("not_in_room");
    expect(await again).toBe("ok");
    const { rooms } = await media.request("node:describe", {});
    expect(rooms.find((room) => room.roomId === roomId)?.peers).toHaveLength(1);
    expect(await visitor.codeOf("room:askToSpeak", { roomId, isAsking: true })).toBe("ok");
    expect(await visitor.codeOf("room:leave", { roomId })).toBe("ok");
  }
});

test("who was not told of entering in time does not stay, whatever the node made of it", async () => {
  const fair = await createFair(server.db);
  const visitor = await server.browser().socket();
  const roomId = roomIdOf(boothOf(fair));
  // As the link does it at its deadline: the node goes on with what nobody waits for any more.
  const request = media.request;
  media.request = async (name, data) => {
    const answer = await request(name, data);
    if (name === "room:join") throw new MediaLinkError("timeout", `media node did not answer ${name}`);
    return answer;
  };
  const code = await joinCode(visitor, boothOf(fair)).finally(() => {
    media.request = request;
  });
  expect(code).toBe("timeout");
  const peersThere = async () => {
    const { rooms } = await media.request("node:describe", {});
    return rooms.find((room) => room.roomId === roomId)?.peers.length ?? 0;
  };
  await waitFor(async () => (await peersThere()) === 0, { what: "the end of what nobody is told of" });
});

test("a link that comes back finds its peers where they were", async () => {
  const fair = await createFair(server.db);
  const visitor = await server.browser().socket();
  const { roomId } = await join(visitor, boothOf(fair));
  media.setConnected(false);
  media.setConnected(true);
  expect(await visitor.codeOf("room:askToSpeak", { roomId, isAsking: true })).toBe("ok");
  expect(visitor.all("room:closed")).toEqual([]);
});

test("rooms of unknown stages and booths are not there", async () => {
  const socket = await server.browser().socket();
  const nobody = "00000000-0000-4000-8000-000000000000";
  expect(await joinCode(socket, { kind: "booth", boothId: nobody })).toBe("not_found");
  expect(await joinCode(socket, { kind: "backstage", stageId: nobody })).toBe("not_found");
});

test("a revoked link ends the place that it gave", async () => {
  const fair = await liveFair();
  const host = await backstageSocket(fair, "host");
  await join(host, backstageOf(fair));
  const link = await createLink(server.db, {
    role: "speaker",
    eventId: fair.event.id,
    stageId: fair.stage.id,
  });
  const browser = await server.browser().open(link);
  const speaker = await browser.socket();
  const { peerId } = await join(speaker, backstageOf(fair));
  await server.db.accessToken.updateMany({ where: { hash: link.hash }, data: { revokedAt: new Date() } });
  server.ctx.domain.tell("linkRevoked", { tokenHash: link.hash });
  expect(await host.heardOf("room:peerLeft")).toMatchObject({ peerId });
  await waitFor(() => !speaker.raw.connected, { what: "the socket's end" });
  expect(await joinCode(await browser.socket(), backstageOf(fair))).toBe("unauthorised");
});
