import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { MediaRequestData, SlateCard } from "../../server/contract/media.ts";
import { JoinedRoom } from "../../server/contract/rooms.ts";
import {
  createFakePlane,
  createRealPlane,
  type PlaneUnderTest,
  TEST_VIDEO,
} from "../support/media-planes.ts";
import { NoticeLog } from "../support/notice-log.ts";
import {
  browserCapabilities,
  browserDtls,
  cameraParameters,
  microphoneParameters,
} from "../support/rtp-samples.ts";

const GRACE_MS = 300;

const planes: [string, () => Promise<PlaneUnderTest>][] = [
  ["real media node over the link", () => createRealPlane({ graceMs: GRACE_MS })],
  ["fake in memory", () => createFakePlane({ graceMs: GRACE_MS })],
];

const slate: SlateCard = {
  reason: "starting-soon",
  eventName: "Järjestömessut",
  title: "Uni ja mieli",
  subtitle: "",
  nextLine: "",
};

describe.each(planes)("media plane: %s", (_name, createPlane) => {
  let under: PlaneUnderTest;
  let log: NoticeLog;

  beforeAll(async () => {
    under = await createPlane();
    log = new NoticeLog(under.plane);
  });
  afterAll(async () => {
    log.close();
    await under.close();
  });
  beforeEach(() => log.clear());

  const refusal = (code: string) => expect.objectContaining({ code });
  const open = async (kind: "booth" | "stage") => {
    const id = randomUUID();
    if (kind === "booth") await under.plane.request("room:open", { roomId: `booth:${id}` });
    else await under.plane.request("stage:open", { stageId: id, slate });
    return id;
  };
  const join = (roomId: string, changes: Partial<MediaRequestData<"room:join">> = {}) =>
    under.plane.request("room:join", {
      roomId,
      peerId: randomUUID(),
      displayName: "Aino",
      role: "visitor",
      speakRight: "none",
      rtpCapabilities: browserCapabilities,
      ...changes,
    });
  const staff = (roomId: string) => join(roomId, { role: "staff", speakRight: "picture" });
  const produce = (
    joined: JoinedRoom,
    source: "camera" | "microphone" | "screen",
    changes: Partial<MediaRequestData<"room:produce">> = {},
  ) =>
    under.plane.request("room:produce", {
      roomId: joined.roomId,
      peerId: joined.peerId,
      transportId: joined.sendTransport?.id ?? "none",
      kind: source === "microphone" ? "audio" : "video",
      source,
      rtpParameters:
        source === "microphone" ? microphoneParameters() : cameraParameters(source === "camera" ? "1" : "2"),
      isPaused: false,
      ...changes,
    });

  describe("entering", () => {
    it("answers everything that a client needs in one request", async () => {
      const roomId = `booth:${await open("booth")}`;
      const joined = JoinedRoom.parse(await staff(roomId));
      expect(joined.sendTransport?.id).toBeTruthy();
      expect(joined.receiveTransport.id).not.toBe(joined.sendTransport?.id);
      expect(joined.routerRtpCapabilities.codecs).toBeTruthy();
      expect(joined.speakRight).toBe("picture");
    });

    it("connects the receiving transport before it answers when the page's certificate is known", async () => {
      const roomId = `booth:${await open("booth")}`;
      const waiting = await join(roomId);
      expect(waiting.receiveTransport.dtlsParameters).toMatchObject({ role: "auto" });
      const connected = await join(roomId, { dtlsParameters: browserDtls });
      expect(connected.receiveTransport.dtlsParameters).toMatchObject({ role: "server" });
      await under.plane.request("room:connectTransport", {
        roomId,
        peerId: connected.peerId,
        transportId: connected.receiveTransport.id,
        dtlsParameters: browserDtls,
      });
    });

    it.each([
      ["is none", []],
      ["is hashed weakly", [{ algorithm: "sha-1", value: Array(20).fill("AB").join(":") }]],
      ["is not hexadecimal", [{ algorithm: "sha-256", value: Array(32).fill("xy").join(":") }]],
      ["comes too often", Array(4).fill(browserDtls.fingerprints[0])],
    ])("refuses a certificate that %s", async (_, fingerprints) => {
      const roomId = `booth:${await open("booth")}`;
      const dtlsParameters = { role: "client", fingerprints } as never;
      await expect(join(roomId, { dtlsParameters })).rejects.toEqual(refusal("bad_request"));
    });

    it("refuses a room that is not open", async () => {
      await expect(join(`booth:${randomUUID()}`)).rejects.toEqual(refusal("not_found"));
      await expect(join(`audience:${randomUUID()}`)).rejects.toEqual(refusal("not_found"));
    });

    it("refuses what the contract does not know", async () => {
      await expect(join("hall:1")).rejects.toEqual(refusal("bad_request"));
      const extra = { roomId: `booth:${randomUUID()}`, isAdmin: true };
      await expect(under.plane.request("room:open", extra)).rejects.toEqual(refusal("bad_request"));
      const roomId = `booth:${await open("booth")}`;
      await expect(join(roomId, { rtpCapabilities: { codecs: "none" } })).rejects.toEqual(
        refusal("bad_request"),
      );
    });

    it("brings consumers of what is already sent, never of one's own", async () => {
      const roomId = `booth:${await open("booth")}`;
      const host = await staff(roomId);
      const { producerId } = await produce(host, "camera");
      const visitor = await join(roomId);
      expect(visitor.consumers.map((consumer) => consumer.producerId)).toEqual([producerId]);
      expect(visitor.consumers[0]).toMatchObject({ peerId: host.peerId, kind: "video", source: "camera" });
      const again = await staff(roomId);
      expect(again.consumers).toHaveLength(1);
    });

    it("replaces an earlier self and keeps one participant", async () => {
      const roomId = `booth:${await open("booth")}`;
      const watcher = await staff(roomId);
      const first = await staff(roomId);
      await produce(first, "camera");
      log.clear();
      const second = await join(roomId, { peerId: first.peerId, role: "staff", speakRight: "picture" });
      expect(second.sendTransport?.id).not.toBe(first.sendTransport?.id);
      expect(second.peers.map((peer) => peer.peerId)).toEqual([watcher.peerId]);
      await log.until(
        "room:peerClosed",
        (data) => data.toPeerId === first.peerId && data.reason === "replaced",
      );
      await log.until("room:consumerClosed", (data) => data.toPeerId === watcher.peerId);
      expect(log.all("room:peerLeft")).toEqual([]);
      const connect = under.plane.request("room:connectTransport", {
        roomId,
        peerId: first.peerId,
        transportId: first.receiveTransport.id,
        dtlsParameters: browserDtls,
      });
      await expect(connect).rejects.toEqual(refusal("not_found"));
    });

    it("goes on with the earlier self when its page still has the transports", async () => {
      const roomId = `booth:${await open("booth")}`;
      const watcher = await staff(roomId);
      await produce(watcher, "camera");
      const first = await staff(roomId);
      const { producerId } = await produce(first, "camera");
      await under.plane.request("room:setConnected", { roomId, peerId: first.peerId, isConnected: false });
      const { producerId: later } = await produce(watcher, "microphone");
      log.clear();
      const again = await join(roomId, {
        peerId: first.peerId,
        role: "staff",
        speakRight: "picture",
        keptTransportId: first.receiveTransport.id,
      });
      expect(again.sendTransport).toEqual(first.sendTransport);
      expect(again.receiveTransport).toEqual(first.receiveTransport);
      expect(again.self.isConnected).toBe(true);
      expect(again.consumers.map((consumer) => consumer.source).sort()).toEqual(["camera", "microphone"]);
      expect(again.consumers.map((consumer) => consumer.id)).toContain(first.consumers[0]?.id);
      expect(again.consumers.map((consumer) => consumer.producerId)).toContain(later);
      await under.plane.request("room:setProducerPaused", {
        roomId,
        peerId: first.peerId,
        producerId,
        isPaused: true,
      });
      expect(log.all("room:peerClosed")).toEqual([]);
      expect(log.all("room:consumerClosed")).toEqual([]);
    });

    it("goes on with less when the right to send is less by then", async () => {
      const roomId = `booth:${await open("booth")}`;
      const first = await staff(roomId);
      const { producerId } = await produce(first, "camera");
      await join(roomId, {
        peerId: first.peerId,
        role: "staff",
        speakRight: "voice",
        keptTransportId: first.receiveTransport.id,
      });
      const pause = { roomId, peerId: first.peerId, producerId, isPaused: true };
      await expect(under.plane.request("room:setProducerPaused", pause)).rejects.toEqual(
        refusal("not_found"),
      );
    });

    it("enters anew when the transports that the page still has are not known", async () => {
      const roomId = `booth:${await open("booth")}`;
      const first = await staff(roomId);
      const again = await join(roomId, {
        peerId: first.peerId,
        role: "staff",
        speakRight: "picture",
        keptTransportId: randomUUID(),
      });
      expect(again.receiveTransport.id).not.toBe(first.receiveTransport.id);
    });
  });

  describe("a booth", () => {
    it("shows staff, and only counts silent visitors", async () => {
      const roomId = `booth:${await open("booth")}`;
      const host = await staff(roomId);
      const visitor = await join(roomId);
      expect(visitor.peers.map((peer) => peer.peerId)).toEqual([host.peerId]);
      expect(visitor.silentVisitorCount).toBe(1);
      await log.until("room:silentVisitorsCounted", (data) => data.roomId === roomId && data.count === 1);
      expect(log.all("room:peerJoined").map(({ peer }) => peer.peerId)).toEqual([host.peerId]);
    });

    it("shows a visitor who asks to speak, and hides one who no longer does", async () => {
      const roomId = `booth:${await open("booth")}`;
      const visitor = await join(roomId, { displayName: "Kaino" });
      const { peerId } = visitor;
      await under.plane.request("room:askToSpeak", { roomId, peerId, isAsking: true });
      const shown = await log.until("room:peerJoined", (data) => data.peer.peerId === peerId);
      expect(shown.peer).toMatchObject({ displayName: "Kaino", isAskingToSpeak: true, speakRight: "none" });
      await under.plane.request("room:askToSpeak", { roomId, peerId, isAsking: false });
      await log.until("room:peerLeft", (data) => data.peerId === peerId);
    });

    it("lets a visitor send only what was granted, and ends it when it is taken back", async () => {
      const roomId = `booth:${await open("booth")}`;
      const host = await staff(roomId);
      const visitor = await join(roomId);
      const { peerId } = visitor;
      await expect(produce(visitor, "microphone")).rejects.toEqual(refusal("forbidden"));
      await under.plane.request("room:setSpeakRight", { roomId, peerId, speakRight: "voice" });
      await log.until(
        "room:speakRightChanged",
        (data) => data.toPeerId === peerId && data.speakRight === "voice",
      );
      await produce(visitor, "microphone");
      await expect(produce(visitor, "camera")).rejects.toEqual(refusal("forbidden"));
      const opened = await log.until("room:consumerOpened", (data) => data.toPeerId === host.peerId);
      await under.plane.request("room:setSpeakRight", { roomId, peerId, speakRight: "none" });
      await log.until("room:consumerClosed", (data) => data.consumerId === opened.consumer.id);
      await log.until("room:peerLeft", (data) => data.peerId === peerId);
    });

    it("has place for eight pictures", async () => {
      const roomId = `booth:${await open("booth")}`;
      const table = await Promise.all(Array.from({ length: 9 }, () => staff(roomId)));
      for (const joined of table.slice(0, 8)) await produce(joined, "camera");
      await expect(produce(table[8]!, "camera")).rejects.toEqual(refusal("room_full"));
      await produce(table[8]!, "microphone");
      await under.plane.request("room:leave", { roomId, peerId: table[0]!.peerId });
      await produce(table[8]!, "camera");
    });

    it("says that it is closed, and is then not there", async () => {
      const roomId = `booth:${await open("booth")}`;
      const visitor = await join(roomId);
      await under.plane.request("room:close", { roomId });
      expect(await log.until("room:closed", (data) => data.roomId === roomId)).toMatchObject({
        reason: "booth_closed",
      });
      const late = under.plane.request("room:askToSpeak", { roomId, peerId: visitor.peerId, isAsking: true });
      await expect(late).rejects.toEqual(refusal("not_found"));
      await under.plane.request("room:close", { roomId });
    });
  });

  describe("sending", () => {
    it("refuses a source of the wrong kind, a wrong transport, and a stranger", async () => {
      const roomId = `booth:${await open("booth")}`;
      const host = await staff(roomId);
      await expect(produce(host, "camera", { kind: "audio" })).rejects.toEqual(refusal("bad_request"));
      const wrongTransport = { transportId: host.receiveTransport.id };
      await expect(produce(host, "camera", wrongTransport)).rejects.toEqual(refusal("not_found"));
      await expect(produce(host, "camera", { peerId: randomUUID() })).rejects.toEqual(refusal("not_in_room"));
      const programme = { source: "programme" as const };
      await expect(produce(host, "camera", programme)).rejects.toEqual(refusal("forbidden"));
    });

    it("tells pauses and closing to those who receive", async () => {
      const roomId = `booth:${await open("booth")}`;
      const host = await staff(roomId);
      const visitor = await join(roomId);
      const { producerId } = await produce(host, "camera");
      const { consumer } = await log.until("room:consumerOpened", (data) => data.toPeerId === visitor.peerId);
      const mine = { roomId, peerId: host.peerId, producerId };
      await under.plane.request("room:setProducerPaused", { ...mine, isPaused: true });
      await log.until("room:consumerPaused", (data) => data.consumerId === consumer.id && data.isPaused);
      await under.plane.request("room:setProducerPaused", { ...mine, isPaused: false });
      await log.until("room:consumerPaused", (data) => data.consumerId === consumer.id && !data.isPaused);
      const theirs = { roomId, peerId: visitor.peerId, producerId };
      await expect(under.plane.request("room:closeProducer", theirs)).rejects.toEqual(refusal("not_found"));
      await under.plane.request("room:closeProducer", mine);
      await log.until("room:consumerClosed", (data) => data.consumerId === consumer.id);
    });

    it("has one producer of a source per peer: the next takes its place", async () => {
      const roomId = `booth:${await open("booth")}`;
      const host = await staff(roomId);
      await produce(host, "camera");
      const second = await produce(host, "camera");
      const visitor = await join(roomId);
      expect(visitor.consumers.map((consumer) => consumer.producerId)).toEqual([second.producerId]);
    });
  });

  describe("staying", () => {
    it("keeps a disconnected peer's place for a while, then removes it", async () => {
      const roomId = `booth:${await open("booth")}`;
      const { peerId } = await staff(roomId);
      await under.plane.request("room:setConnected", { roomId, peerId, isConnected: false });
      await log.until("room:peerChanged", (data) => data.peer.peerId === peerId && !data.peer.isConnected);
      await under.plane.request("room:setConnected", { roomId, peerId, isConnected: true });
      await new Promise((resolve) => setTimeout(resolve, 2 * GRACE_MS));
      expect(log.all("room:peerLeft")).toEqual([]);
      await under.plane.request("room:setConnected", { roomId, peerId, isConnected: false });
      await log.until("room:peerLeft", (data) => data.peerId === peerId);
      const back = under.plane.request("room:setConnected", { roomId, peerId, isConnected: true });
      await expect(back).rejects.toEqual(refusal("not_in_room"));
    });

    it("connects transports once however often it is asked, and restarts ICE", async () => {
      const roomId = `booth:${await open("booth")}`;
      const { peerId, receiveTransport } = await staff(roomId);
      const data = { roomId, peerId, transportId: receiveTransport.id, dtlsParameters: browserDtls };
      await under.plane.request("room:connectTransport", data);
      await under.plane.request("room:connectTransport", data);
      const { transportId } = data;
      const { iceParameters } = await under.plane.request("room:restartIce", { roomId, peerId, transportId });
      expect(iceParameters.usernameFragment).toBeTruthy();
    });

    it("tells a removed peer and the others", async () => {
      const roomId = `booth:${await open("booth")}`;
      const { peerId } = await staff(roomId);
      await under.plane.request("room:removePeer", { roomId, peerId });
      await log.until("room:peerClosed", (data) => data.toPeerId === peerId && data.reason === "removed");
      await log.until("room:peerLeft", (data) => data.peerId === peerId);
      await expect(under.plane.request("room:removePeer", { roomId, peerId })).rejects.toEqual(
        refusal("not_in_room"),
      );
      await under.plane.request("room:leave", { roomId, peerId });
    });
  });

  describe("a stage", () => {
    it("opens once: a repeat answers the present state", async () => {
      const stageId = randomUUID();
      const first = await under.plane.request("stage:open", { stageId, slate });
      const second = await under.plane.request("stage:open", { stageId, slate });
      expect(first).toEqual(second);
      expect(first).toMatchObject({ stageId, broadcastId: null, scene: "slate" });
      const described = await under.plane.request("node:describe", {});
      expect(described.stages.map((stage) => stage.stageId)).toContain(stageId);
      expect(described.rooms.map((room) => room.roomId)).toContain(`backstage:${stageId}`);
      await log.until("stage:mixerChanged", (data) => data.stageId === stageId && data.state === "running");
    });

    it("lets an audience receive the programme and nothing else", async () => {
      const stageId = await open("stage");
      const roomId = `audience:${stageId}`;
      await log.until("stage:mixerChanged", (data) => data.stageId === stageId);
      const joined = await join(roomId, { role: "attendee", speakRight: "picture" });
      expect(joined.sendTransport).toBeNull();
      expect(joined.speakRight).toBe("none");
      expect(joined.peers).toEqual([]);
      const programme = joined.consumers.map(({ kind, source, type, peerId }) => ({
        kind,
        source,
        type,
        peerId,
      }));
      expect(programme).toContainEqual({
        kind: "video",
        source: "programme",
        type: "simulcast",
        peerId: null,
      });
      expect(programme).toContainEqual({ kind: "audio", source: "programme", type: "simple", peerId: null });
      await expect(produce(joined, "microphone")).rejects.toEqual(refusal("forbidden"));
      const right = { roomId, peerId: joined.peerId, speakRight: "picture" as const };
      await expect(under.plane.request("room:setSpeakRight", right)).rejects.toEqual(refusal("forbidden"));
      await log.until("stage:audienceCounted", (data) => data.stageId === stageId && data.count === 1);
      expect(log.all("room:peerJoined")).toEqual([]);
    });

    it("lets viewers choose a layer and pause", async () => {
      const stageId = await open("stage");
      const roomId = `audience:${stageId}`;
      await log.until("stage:mixerChanged", (data) => data.stageId === stageId);
      const { peerId, consumers } = await join(roomId, { role: "attendee" });
      const consumerId = consumers.find((consumer) => consumer.kind === "video")!.id;
      await under.plane.request("room:setConsumerLayer", { roomId, peerId, consumerId, spatialLayer: 0 });
      await under.plane.request("room:setConsumerPaused", { roomId, peerId, consumerId, isPaused: true });
      const strange = { roomId, peerId, consumerId: randomUUID(), isPaused: true };
      await expect(under.plane.request("room:setConsumerPaused", strange)).rejects.toEqual(
        refusal("not_found"),
      );
    });

    it("shows speakers backstage, in the programme until the host takes them out", async () => {
      const stageId = await open("stage");
      const roomId = `backstage:${stageId}`;
      const host = await join(roomId, { role: "host", speakRight: "picture" });
      const speaker = await join(roomId, { role: "speaker", speakRight: "picture" });
      expect(speaker.peers).toHaveLength(1);
      expect(speaker.peers[0]).toMatchObject({ peerId: host.peerId, isInProgramme: true });
      await produce(speaker, "camera");
      await log.until("stage:sceneChanged", (data) => data.stageId === stageId && data.scene === "full");
      const out = { roomId, peerId: speaker.peerId, isInProgramme: false };
      await under.plane.request("room:setInProgramme", out);
      await log.until(
        "room:peerChanged",
        (data) => data.peer.peerId === speaker.peerId && !data.peer.isInProgramme,
      );
      await log.until("stage:sceneChanged", (data) => data.stageId === stageId && data.scene === "slate");
    });

    it("broadcasts one at a time; repeats answer the same", async () => {
      const stageId = await open("stage");
      await log.until("stage:mixerChanged", (data) => data.stageId === stageId);
      const broadcastId = randomUUID();
      const started = await under.plane.request("stage:startBroadcast", { stageId, broadcastId });
      expect(Math.abs(started.startedAtMs - Date.now())).toBeLessThan(2_000);
      expect(await under.plane.request("stage:startBroadcast", { stageId, broadcastId })).toEqual(started);
      const other = { stageId, broadcastId: randomUUID() };
      await expect(under.plane.request("stage:startBroadcast", other)).rejects.toEqual(refusal("conflict"));
      expect(await under.plane.request("stage:open", { stageId, slate })).toMatchObject({ broadcastId });
      await log.until(
        "store:written",
        (data) => data.broadcastId === broadcastId && data.notice.type === "run",
      );

      const ended = await under.plane.request("stage:endBroadcast", { stageId, broadcastId });
      expect(ended.endedAtMs).toBeGreaterThanOrEqual(started.startedAtMs);
      expect(await under.plane.request("stage:endBroadcast", { stageId, broadcastId })).toEqual(ended);
      await log.until(
        "store:written",
        (data) => data.broadcastId === broadcastId && data.notice.type === "runEnd",
      );
      expect(await under.plane.request("stage:open", { stageId, slate })).toMatchObject({
        broadcastId: null,
      });
    });

    it("puts a video on the programme and takes it off", async () => {
      const stageId = await open("stage");
      await log.until("stage:mixerChanged", (data) => data.stageId === stageId);
      const startedAt = new Date().toISOString();
      const missing = { itemId: "1", file: "no-such-file.mp4", startedAt };
      await expect(under.plane.request("stage:setVideo", { stageId, video: missing })).rejects.toEqual(
        refusal("not_found"),
      );
      const video = { itemId: "1", file: TEST_VIDEO, startedAt };
      await under.plane.request("stage:setVideo", { stageId, video });
      await log.until("stage:sceneChanged", (data) => data.stageId === stageId && data.scene === "video");
      await under.plane.request("stage:setVideo", { stageId, video: null });
      await log.until("stage:sceneChanged", (data) => data.stageId === stageId && data.scene === "slate");
      expect(log.all("stage:videoEnded")).toEqual([]);
    });

    it("closes with its rooms and its broadcast", async () => {
      const stageId = await open("stage");
      await log.until("stage:mixerChanged", (data) => data.stageId === stageId);
      const broadcastId = randomUUID();
      await under.plane.request("stage:startBroadcast", { stageId, broadcastId });
      await under.plane.request("stage:close", { stageId });
      await log.until(
        "store:written",
        (data) => data.broadcastId === broadcastId && data.notice.type === "runEnd",
      );
      for (const kind of ["backstage", "audience"]) {
        await log.until(
          "room:closed",
          (data) => data.roomId === `${kind}:${stageId}` && data.reason === "stage_closed",
        );
      }
      await under.plane.request("stage:close", { stageId });
      const late = under.plane.request("stage:setSlate", { stageId, slate });
      await expect(late).rejects.toEqual(refusal("not_found"));
    });
  });
});
