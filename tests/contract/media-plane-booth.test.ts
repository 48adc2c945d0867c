import { expect, it } from "vitest";
import { describePlanes } from "../support/describe-planes.ts";

describePlanes("a booth", ({ under, log, refusal, open, join, staff, produce }) => {
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
