import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { JoinedRoom } from "../../server/contract/rooms.ts";
import { describePlanes } from "../support/describe-planes.ts";
import { browserDtls } from "../support/rtp-samples.ts";

describePlanes("entering", ({ under, log, refusal, open, join, staff, produce }) => {
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
    for (const rtpCapabilities of [
      { codecs: "none" },
      { codecs: [null] },
      { codecs: [{ kind: "audio", rtcpFeedback: {} }] },
      { codecs: [{ kind: "audio", rtcpFeedback: [null] }] },
      { codecs: [], headerExtensions: ["urn:one"] },
    ])
      await expect(join(roomId, { rtpCapabilities })).rejects.toEqual(refusal("bad_request"));
  });

  it("leaves after an entry that is still under way, which does not stay", async () => {
    const roomId = `booth:${await open("booth")}`;
    const watcher = await staff(roomId);
    const peerId = randomUUID();
    const entering = join(roomId, { peerId, role: "staff", speakRight: "picture" });
    const leaving = under.plane.request("room:leave", { roomId, peerId });
    await Promise.allSettled([entering, leaving]);
    const { rooms } = await under.plane.request("node:describe", {});
    const peers = rooms.find((room) => room.roomId === roomId)?.peers;
    expect(peers?.map((peer) => peer.peerId)).toEqual([watcher.peerId]);
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
    await expect(under.plane.request("room:setProducerPaused", pause)).rejects.toEqual(refusal("not_found"));
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
