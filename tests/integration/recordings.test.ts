import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SegmentStore } from "../../media/hls/segment-store.ts";
import { createFair, createLink, createStage, type Fair, text } from "../support/factories.ts";
import { TellingMedia } from "../support/hls-edge-rig.ts";
import { madeUpParts, madeUpRun } from "../support/made-up-programme.ts";
import { readPlaylist } from "../support/playlist-reader.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const START_MS = Date.now() - 3_600_000;
const media = new TellingMedia();
let server: TestServer;
let fair: Fair;
let broadcastId: string;

beforeAll(async () => {
  server = await startTestServer({ media });
});
afterAll(() => server.close());
beforeEach(async () => {
  fair = await createFair(server.db);
  const startedAt = new Date(START_MS);
  ({ id: broadcastId } = await server.db.broadcast.create({ data: { stageId: fair.stage.id, startedAt } }));
});

/** What a media node does while the stage is live, in no time; `count` segments of 2 s. */
async function broadcast(count: number): Promise<void> {
  const store = await SegmentStore.open({
    folder: join(server.config.dataDir, "segments", broadcastId),
    onNotice: (notice, bytes) => media.tell(broadcastId, notice, bytes),
    onFailure: () => {},
  });
  const { notice, inits } = madeUpRun("r1", START_MS);
  store.runStarted(notice, inits);
  for (const part of madeUpParts("r1", { firstMsn: 0, count, startedAtMs: START_MS })) {
    store.writePart(part.notice, part.bytes, part.isLastOfSegment);
  }
  store.thumbnail("r1", START_MS + 1_000, Buffer.from("jpeg"));
  await store.close();
}
/** The stage ended: rows as the stages feature writes them. */
async function record(from: number, to: number): Promise<string> {
  const at = (seconds: number) => new Date(START_MS + seconds * 1000);
  await server.db.broadcast.update({ where: { id: broadcastId }, data: { endedAt: at(to) } });
  const range = { startedAt: at(from), endedAt: at(to) };
  const { id } = await server.db.recording.create({
    data: { broadcastId, title: text("Unen merkitys"), ...range },
  });
  server.ctx.domain.tell("broadcastEnded", { eventId: fair.event.id, stageId: fair.stage.id, broadcastId });
  return id;
}
const params = (recordingId: string) => ({ event: fair.event.slug, recordingId });
const status = async (path: string) => (await fetch(`${server.url}${path}`)).status;

describe("a recording", () => {
  it("is there as a replay as soon as its stage has ended, with its exact duration", async () => {
    await broadcast(8);
    const id = await record(0.3, 15.2);
    const list = readPlaylist(await (await fetch(`${server.url}/media/replay/${id}/v720.m3u8`)).text());
    expect(list.segments).toHaveLength(8);
    await expect
      .poll(async () => (await server.db.recording.findUnique({ where: { id } }))?.durationSeconds)
      .toBe(16);
    const event = await server.browser().call("readEvent", { params: { event: fair.event.slug } });
    expect(event.recordings).toMatchObject([{ id, durationSeconds: 16, isPublished: true }]);
    for (const url of [
      event.recordings[0]!.playlistUrl,
      event.recordings[0]!.posterUrl,
      event.recordings[0]!.thumbnailsUrl,
    ]) {
      expect([url, await status(url ?? "")]).toEqual([url, 200]);
    }
  });

  it("of which nothing was kept is taken back", async () => {
    const id = await record(0, 60);
    await expect
      .poll(async () => await server.db.recording.findUnique({ where: { id } }))
      .toMatchObject({ durationSeconds: 0, isPublished: false });
    expect(await status(`/media/replay/${id}/main.m3u8`)).toBe(404);
  });

  it("is measured after a restart when the server died at its end", async () => {
    await broadcast(3);
    const at = new Date(START_MS + 6_000);
    await server.db.broadcast.update({ where: { id: broadcastId }, data: { endedAt: at } });
    const range = { startedAt: new Date(START_MS), endedAt: at };
    const { id } = await server.db.recording.create({ data: { broadcastId, title: text("Uni"), ...range } });
    const second = await startTestServer({
      databaseUrl: server.config.databaseUrl ?? "",
      environment: { TORILLA_DATA_DIR: server.config.dataDir },
    });
    await expect
      .poll(async () => (await server.db.recording.findUnique({ where: { id } }))?.durationSeconds)
      .toBe(6);
    expect((await fetch(`${second.url}/media/replay/${id}/aud.m3u8`)).status).toBe(200);
    await second.close();
  });
});

describe("taking a recording back", () => {
  it("makes its media answer 404 at once, and publishing it brings them back", async () => {
    await broadcast(3);
    const id = await record(0, 6);
    const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
    const organiser = await server.browser().open(link);
    const file = `/media/replay/${id}/r1-v360-1.m4s`;
    expect(await status(file)).toBe(200);
    const taken = await organiser.call("updateRecording", {
      params: params(id),
      body: { isPublished: false },
    });
    expect(taken).toMatchObject({ id, isPublished: false });
    for (const name of [
      "main.m3u8",
      "v360.m3u8",
      "r1-v360-1.m4s",
      "r1-v360-init.mp4",
      "poster.jpg",
      "thumbnails.vtt",
    ]) {
      expect([name, await status(`/media/replay/${id}/${name}`)]).toEqual([name, 404]);
    }
    const stranger = await server.browser().call("readEvent", { params: { event: fair.event.slug } });
    expect(stranger.recordings).toEqual([]);
    const managed = await organiser.call("readManagedEvent", { params: { event: fair.event.slug } });
    expect(managed.recordings).toMatchObject([{ id, isPublished: false }]);
    await organiser.call("updateRecording", { params: params(id), body: { isPublished: true } });
    expect(await status(file)).toBe(200);
  });

  it("on another server is obeyed within ten seconds", async () => {
    await broadcast(3);
    const id = await record(0, 6);
    const file = `/media/replay/${id}/r1-v360-1.m4s`;
    expect(await status(file)).toBe(200);
    await expect
      .poll(async () => (await server.db.recording.findUnique({ where: { id } }))?.durationSeconds)
      .toBe(6);
    await status(file);
    await server.db.recording.update({ where: { id }, data: { isPublished: false } });
    await expect.poll(() => status(file), { timeout: 10_000, interval: 500 }).toBe(404);
  });

  it("is for the event's organisers and the stage's hosts", async () => {
    await broadcast(2);
    const id = await record(0, 4);
    const body = { isPublished: false };
    const { event, stage } = fair;
    const other = await createStage(server.db, { eventId: event.id });
    const elsewhere = await createFair(server.db);
    const withLink = async (draft: Parameters<typeof createLink>[1]) =>
      server.browser().open(await createLink(server.db, draft));
    const code = async (browser: ReturnType<TestServer["browser"]>) =>
      browser.codeOf("updateRecording", { params: params(id), body });
    expect(await code(server.browser())).toBe("unauthorised");
    expect(await code(await withLink({ role: "speaker", eventId: event.id, stageId: stage.id }))).toBe(
      "forbidden",
    );
    expect(await code(await withLink({ role: "host", eventId: event.id, stageId: other.id }))).toBe(
      "forbidden",
    );
    expect(await code(await withLink({ role: "organiser", eventId: elsewhere.event.id }))).toBe("forbidden");
    expect(await code(await withLink({ role: "host", eventId: event.id, stageId: stage.id }))).toBe("ok");
    const organiser = await withLink({ role: "organiser", eventId: elsewhere.event.id });
    const foreign = { event: elsewhere.event.slug, recordingId: id };
    expect(await organiser.codeOf("updateRecording", { params: foreign, body })).toBe("not_found");
  });

  it("refuses what is no recording and no wish", async () => {
    const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
    const organiser = await server.browser().open(link);
    const send = (recordingId: string, body: unknown) =>
      organiser.codeOf("updateRecording", { params: params(recordingId), body: body as never });
    expect(await send(randomUUID(), { isPublished: false })).toBe("not_found");
    expect(await send("not-a-uuid", { isPublished: false })).toBe("bad_request");
    expect(await send(randomUUID(), { isPublished: "no" })).toBe("bad_request");
    expect(await send(randomUUID(), { isPublished: false, title: "x" })).toBe("bad_request");
  });
});

describe("a live broadcast on the whole server", () => {
  it("is watched by anybody while it is on, and gone a minute after its end", async () => {
    expect(await status(`/media/live/${randomUUID()}/main.m3u8`)).toBe(404);
    server.ctx.domain.tell("broadcastStarted", {
      eventId: fair.event.id,
      stageId: fair.stage.id,
      broadcastId,
    });
    await broadcast(3);
    const live = await fetch(`${server.url}/media/live/${broadcastId}/v360.m3u8`);
    expect(readPlaylist(await live.text())).toMatchObject({ isEnded: false, segments: { length: 3 } });
    await record(0, 6);
    const ended = await fetch(`${server.url}/media/live/${broadcastId}/v360.m3u8`);
    expect(readPlaylist(await ended.text()).isEnded).toBe(true);
  });
});
