/*
 * Who is in a room, and for how long: whoever loses a right is out of everything that it gave, also while their
 * connection is lost, and of those who wait outside all frames are read.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import type { JoinedRoom, RoomRef } from "../../server/contract/rooms.ts";
import type { Browser } from "../support/browser.ts";
import { linkIdOf } from "../support/door-samples.ts";
import { createFair, createLink, createStage, type Fair } from "../support/factories.ts";
import { microphoneParameters } from "../support/rtp-samples.ts";
import type { SocketClient } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

/** Whoever lost a right is out of everything that it gave within this time. */
const OUT_MS = 10_000;
const capabilities = { codecs: [], headerExtensions: [] };
const slate = { reason: "starting-soon", eventName: "M", title: "T", subtitle: "", nextLine: "" } as const;

let server: TestServer;
let media: FakeMediaPlane;
let clockMs = 0;
let fair: Fair;
let organiser: Browser;

beforeAll(async () => {
  media = new FakeMediaPlane({ graceMs: 60_000 });
  server = await startTestServer({ media, now: () => new Date(Date.now() + clockMs) });
});
afterAll(() => server.close());
beforeEach(async () => {
  fair = await createFair(server.db);
  const draft = { role: "organiser", eventId: fair.event.id } as const;
  organiser = await server.browser().open(await createLink(server.db, draft));
});

function revoke(link: { token: string }): Promise<unknown> {
  const params = { event: fair.event.slug, linkId: linkIdOf(link.token) };
  return organiser.call("revokeLink", { params });
}

let keys = 0;
function enter(socket: SocketClient, room: RoomRef, displayName: string | null): Promise<JoinedRoom> {
  const peerKey = `tab-of-room-rights-${String(++keys).padStart(4, "0")}`;
  return socket.request("room:join", { room, peerKey, displayName, rtpCapabilities: capabilities });
}
async function joinCode(socket: SocketClient, room: RoomRef): Promise<string> {
  const peerKey = `tab-of-room-rights-${String(++keys).padStart(4, "0")}`;
  const data = { room, peerKey, displayName: null, rtpCapabilities: capabilities };
  return socket.codeOf("room:join", data);
}
function sendVoice(socket: SocketClient, { roomId, sendTransport }: JoinedRoom) {
  return socket.request("room:produce", {
    roomId,
    transportId: sendTransport?.id ?? "",
    kind: "audio",
    source: "microphone",
    rtpParameters: microphoneParameters(),
    isPaused: false,
  });
}
const backstageOf = (of: Fair): RoomRef => ({ kind: "backstage", stageId: of.stage.id });
const audienceOf = (of: Fair): RoomRef => ({ kind: "audience", stageId: of.stage.id });
const boothOf = (of: Fair): RoomRef => ({ kind: "booth", boothId: of.booth.id });

async function socketAs(role: "host" | "speaker" | "staff") {
  const scope = role === "staff" ? { boothId: fair.booth.id } : { stageId: fair.stage.id };
  const link = await createLink(server.db, { role, eventId: fair.event.id, ...scope });
  const browser = await server.browser().open(link);
  return { link, browser, socket: await browser.socket() };
}
/** Who the media node still has in the room. */
async function peersIn(roomId: string): Promise<string[]> {
  const { rooms } = await media.request("node:describe", {});
  return rooms.find((room) => room.roomId === roomId)?.peers.map((peer) => peer.peerId) ?? [];
}

describe("whoever loses a right", () => {
  it("by its link's being taken back is out of socket, backstage and rehearsal at once", async () => {
    const host = await socketAs("host");
    await host.socket.request("stage:openRehearsal", { stageId: fair.stage.id });
    await enter(host.socket, backstageOf(fair), "Juontaja");
    const speaker = await socketAs("speaker");
    const backstage = await enter(speaker.socket, backstageOf(fair), "Puhuja");
    const rehearsal = await enter(speaker.socket, audienceOf(fair), null);
    const begunMs = performance.now();
    await revoke(speaker.link);
    await waitFor(() => !speaker.socket.raw.connected, { timeoutMs: OUT_MS, what: "the socket's end" });
    await host.socket.heardOf("room:peerLeft", ({ peerId }) => peerId === backstage.peerId);
    await waitFor(async () => !(await peersIn(rehearsal.roomId)).includes(rehearsal.peerId), {
      timeoutMs: OUT_MS,
      what: "the rehearsal's end for the revoked",
    });
    expect(performance.now() - begunMs).toBeLessThan(OUT_MS);
    const again = await speaker.browser.socket();
    expect(await joinCode(again, backstageOf(fair))).toBe("unauthorised");
    expect(await joinCode(again, audienceOf(fair))).toBe("wrong_phase");
  });

  it("while its connection is lost gets no grace: its places end, those of others stay", async () => {
    const host = await socketAs("host");
    await host.socket.request("stage:openRehearsal", { stageId: fair.stage.id });
    await enter(host.socket, backstageOf(fair), "Juontaja");
    const [lost, other] = [await socketAs("speaker"), await socketAs("speaker")];
    const backstage = await enter(lost.socket, backstageOf(fair), "Puhuja");
    const rehearsal = await enter(lost.socket, audienceOf(fair), null);
    const kept = await enter(other.socket, backstageOf(fair), "Toinen");
    const staff = await socketAs("staff");
    const table = await enter(staff.socket, boothOf(fair), "Opas");
    for (const { socket } of [lost, other, staff]) socket.close();
    for (const { peerId } of [backstage, kept])
      await host.socket.heardOf(
        "room:peerChanged",
        ({ peer }) => peer.peerId === peerId && !peer.isConnected,
      );
    const begunMs = performance.now();
    await revoke(lost.link);
    // An honest page would say goodbye; one that keeps its media says nothing.
    await waitFor(async () => !(await peersIn(backstage.roomId)).includes(backstage.peerId), {
      timeoutMs: OUT_MS,
      what: "the place's end backstage",
    });
    await waitFor(async () => !(await peersIn(rehearsal.roomId)).includes(rehearsal.peerId), {
      timeoutMs: OUT_MS,
      what: "the rehearsal's end",
    });
    await staff.browser.call("leaveSession");
    await waitFor(async () => !(await peersIn(table.roomId)).includes(table.peerId), {
      timeoutMs: OUT_MS,
      what: "the table's end for who left the session",
    });
    expect(performance.now() - begunMs).toBeLessThan(OUT_MS);
    expect(await peersIn(kept.roomId)).toContain(kept.peerId);
  });

  it("by its link's running out is out within ten seconds", async () => {
    const { stage, event } = fair;
    await media.request("stage:open", { stageId: stage.id, slate });
    const expiresAt = new Date(server.ctx.now().getTime() + 60_000);
    const draft = { role: "host", eventId: event.id, stageId: stage.id, expiresAt } as const;
    const socket = await (await server.browser().open(await createLink(server.db, draft))).socket();
    const { roomId, peerId } = await enter(socket, backstageOf(fair), "Juontaja");
    clockMs += 61_000;
    await waitFor(() => !socket.raw.connected, { timeoutMs: OUT_MS, what: "the socket's end" });
    await waitFor(async () => !(await peersIn(roomId)).includes(peerId), { what: "the place's end" });
  });

  it("with the end of the broadcast is out of the audience room, though the stage stays open", async () => {
    const host = await socketAs("host");
    const { id: stageId } = fair.stage;
    await host.socket.request("stage:openRehearsal", { stageId });
    await host.socket.request("stage:goLive", { stageId });
    const monitor = await enter(host.socket, audienceOf(fair), null);
    const [watching, away] = [await server.browser().socket(), await server.browser().socket()];
    const attendee = await enter(watching, audienceOf(fair), null);
    await enter(away, audienceOf(fair), null);
    away.close();
    await host.socket.request("stage:end", { stageId });
    const { reason } = await watching.heardOf("room:closed", ({ roomId }) => roomId === attendee.roomId);
    expect(reason).toBe("stage_closed");
    await waitFor(async () => (await peersIn(attendee.roomId)).join() === monitor.peerId, {
      what: "an audience room with its makers only",
    });
    expect(await joinCode(watching, audienceOf(fair))).toBe("wrong_phase");
    // At once again: those who were there do not see the next rehearsal either.
    await host.socket.request("stage:openRehearsal", { stageId });
    expect(await peersIn(attendee.roomId)).toEqual([monitor.peerId]);
  });
});

describe("whoever waits outside", () => {
  const SECRET = "salassa-pidettävä";

  /** Every frame that comes, as it came. */
  function recordFrames(socket: SocketClient): string[] {
    const frames: string[] = [];
    socket.raw.io.engine.on("data", (frame: unknown) => frames.push(String(frame)));
    return frames;
  }
  function expectNothingOf(frames: string[], marks: string[], who: string): void {
    expect(frames.length, `${who} heard nothing at all`).toBeGreaterThan(0);
    for (const frame of frames) for (const mark of marks) expect(frame, who).not.toContain(mark);
  }

  it("hears nothing of a rehearsal, of the backstage, or of the table that he was removed from", async () => {
    const [attendee, removed] = [await server.browser().socket(), await server.browser().socket()];
    const elsewhere = { ...fair, stage: await createStage(server.db, { eventId: fair.event.id }) };
    const draft = { role: "speaker", eventId: fair.event.id, stageId: elsewhere.stage.id } as const;
    const neighbour = await (await server.browser().open(await createLink(server.db, draft))).socket();
    const frames = {
      attendee: recordFrames(attendee),
      removed: recordFrames(removed),
      neighbour: recordFrames(neighbour),
    };
    for (const socket of [attendee, removed, neighbour]) {
      await socket.request("stage:watch", { stageId: fair.stage.id, isCounted: true });
      await socket.request("booth:watch", { boothId: fair.booth.id });
    }
    const staff = await socketAs("staff");
    await enter(staff.socket, boothOf(fair), "Staff");
    const visit = await enter(removed, boothOf(fair), "Visitor");
    await removed.request("room:askToSpeak", { roomId: visit.roomId, isAsking: true });
    await staff.socket.request("room:removePeer", { roomId: visit.roomId, peerId: visit.peerId });
    await removed.heardOf("room:closed", ({ reason }) => reason === "removed");

    const host = await socketAs("host");
    await host.socket.request("stage:openRehearsal", { stageId: fair.stage.id });
    const marks = [SECRET];
    for (const [person, room] of [
      [host, backstageOf(fair)],
      [await socketAs("speaker"), backstageOf(fair)],
      [await socketAs("staff"), boothOf(fair)],
    ] as const) {
      const joined = await enter(person.socket, room, SECRET);
      const { producerId } = await sendVoice(person.socket, joined);
      marks.push(joined.peerId, producerId, joined.receiveTransport.id, joined.sendTransport?.id ?? SECRET);
    }
    await host.socket.heardOf("room:consumerOpened");
    await staff.socket.heardOf("room:consumerOpened");
    for (const socket of [attendee, neighbour]) {
      expect(await joinCode(socket, audienceOf(fair))).toBe("wrong_phase");
      expect(["unauthorised", "forbidden"]).toContain(await joinCode(socket, backstageOf(fair)));
    }
    expect(await joinCode(removed, boothOf(fair))).toBe("removed");
    // All that was on its way is there: the public phase came last.
    for (const socket of [attendee, removed, neighbour])
      await socket.heardOf("stage:changed", ({ state }) => state.phase === "rehearsal");
    for (const [who, heard] of Object.entries(frames)) expectNothingOf(heard, marks, who);
  });

  it("is not heard at the table before the staff let him speak", async () => {
    const staff = await socketAs("staff");
    const { roomId } = await enter(staff.socket, boothOf(fair), "Staff");
    const visitor = await server.browser().socket();
    const joined = await enter(visitor, boothOf(fair), "Visitor");
    await visitor.request("room:askToSpeak", { roomId, isAsking: true });
    await expect(sendVoice(visitor, joined)).rejects.toThrow("forbidden");
    for (const name of ["room:setSpeakRight", "room:removePeer"] as const)
      expect(
        await visitor.codeOf(name, { roomId, peerId: joined.peerId, speakRight: "voice" } as never),
      ).toMatch(/unauthorised|bad_request/);
    expect(staff.socket.all("room:consumerOpened")).toEqual([]);
    await staff.socket.request("room:setSpeakRight", { roomId, peerId: joined.peerId, speakRight: "voice" });
    await sendVoice(visitor, joined);
    await staff.socket.heardOf("room:consumerOpened", ({ consumer }) => consumer.peerId === joined.peerId);
  });
});
