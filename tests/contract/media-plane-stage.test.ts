import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { describePlanes, slate } from "../support/describe-planes.ts";
import { TEST_VIDEO } from "../support/media-planes.ts";

describePlanes("a stage", ({ under, log, refusal, open, join, produce }) => {
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
