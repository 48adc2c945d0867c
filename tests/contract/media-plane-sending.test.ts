import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { describePlanes, GRACE_MS } from "../support/describe-planes.ts";
import { browserDtls } from "../support/rtp-samples.ts";

describePlanes("sending and staying", ({ under, log, refusal, open, join, staff, produce }) => {
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
