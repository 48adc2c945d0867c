import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { MediaRequestData, SlateCard, VideoItem } from "../../server/contract/media.ts";
import type { StagePhase } from "../../server/contract/stages.ts";
import type { Browser } from "../support/browser.ts";
import { ClockedMedia } from "../support/clocked-media.ts";
import { createFair, createLink, createPresentation, type Fair } from "../support/factories.ts";
import { madeUpPart } from "../support/made-up-programme.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * The programme by the schedule, with a clock that the tests move. Each test has a stage and a day of its own.
 */
const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;

let now = new Date("2026-11-22T08:00:00Z");
let media: ClockedMedia;
let server: TestServer;
let fair: Fair;
let organiser: Browser;
let base = now;

beforeAll(async () => {
  media = new ClockedMedia(() => now);
  server = await startTestServer({ media, now: () => now });
});
afterAll(() => server.close());
beforeEach(async () => {
  base = new Date(base.getTime() + DAY_MS);
  now = base;
  media.asked.length = 0;
  fair = await createFair(server.db);
  organiser = await server.browser().open(
    await createLink(server.db, {
      role: "organiser",
      eventId: fair.event.id,
      expiresAt: new Date(now.getTime() + 400 * DAY_MS),
    }),
  );
});

const at = (minutes: number) => new Date(base.getTime() + minutes * MINUTE_MS);

/** A presentation with a video that is ready. */
async function addVideo(startsAt: Date, durationSeconds: number) {
  const row = await createPresentation(server.db, {
    stageId: fair.stage.id,
    kind: "video",
    startsAt,
    lengthSeconds: Math.ceil(durationSeconds / 60) * 60,
    title: "Tallenne",
  });
  const file = await server.db.media.create({
    data: { presentationId: row.id, originalName: "a.mp4", state: "ready", durationSeconds },
  });
  return { id: row.id, mediaId: file.id };
}
const addLive = (startsAt: Date, minutes: number) =>
  createPresentation(server.db, {
    stageId: fair.stage.id,
    startsAt,
    lengthSeconds: minutes * 60,
    title: "Luento",
  });

async function stageView() {
  const params = { event: fair.event.slug, stage: fair.stage.slug };
  return organiser.call("readStage", { params });
}
/** As an organiser who saved something: the clock looks anew. */
function touch() {
  server.ctx.domain.tell("presentationChanged", {
    eventId: fair.event.id,
    stageId: fair.stage.id,
    presentationId: fair.stage.id,
  });
}
const untilPhase = (phase: StagePhase) =>
  waitFor(async () => (await stageView()).state.phase === phase, { what: phase });
const videos = () =>
  media
    .askedOf<{ stageId: string; video: VideoItem | null }>("stage:setVideo")
    .filter(({ stageId }) => stageId === fair.stage.id)
    .map(({ video }) => video);
/** Rows: without segments on the disk (the media is a fake) they are taken back from the pages. */
const recordings = () => server.db.recording.findMany({ where: { broadcast: { stageId: fair.stage.id } } });
const slates = () =>
  media
    .askedOf<{ stageId: string; slate: SlateCard }>("stage:setSlate")
    .filter(({ stageId }) => stageId === fair.stage.id)
    .map(({ slate }) => slate);

test("puts a recorded presentation on air at its time, by itself and once", async () => {
  const video = await addVideo(at(2), 90);
  touch();
  await waitFor(async () => (await stageView()).state.nextId === video.id);
  expect((await stageView()).state.phase).toBe("closed");
  now = at(2);
  await untilPhase("live");
  await waitFor(() => videos().length > 0);
  expect(videos()).toEqual([
    { itemId: video.mediaId, file: `${video.mediaId}.mp4`, startedAt: at(2).toISOString() },
  ]);
  const isShown = async () => {
    const { state } = await stageView();
    return state.scene === "video" && state.nowId === video.id;
  };
  await waitFor(isShown, { what: "the video in the stage's state" });
  touch();
  touch();
  await waitFor(isShown);
  expect(videos()).toHaveLength(1);
  expect(media.askedOf("stage:startBroadcast")).toHaveLength(1);
  const row = await server.db.stage.findUniqueOrThrow({ where: { id: fair.stage.id } });
  expect(row.isAutomatic).toBe(true);
});

test("begins late at the right second of the file", async () => {
  const video = await addVideo(at(-1), 300);
  touch();
  await untilPhase("live");
  await waitFor(() => videos().length > 0);
  expect(videos()[0]).toMatchObject({ itemId: video.mediaId, startedAt: at(-1).toISOString() });
});

test("keeps the slate that follows behind the video that is on", async () => {
  const video = await addVideo(at(2), 90);
  await addLive(at(10), 20);
  now = at(2);
  touch();
  await untilPhase("live");
  await waitFor(async () => (await stageView()).state.scene === "video");
  expect((await stageView()).state.nowId).toBe(video.id);
  await waitFor(() => slates().at(-1)?.nextLine === "Seuraavaksi klo 10.10: Luento");
  expect(slates().at(-1)?.subtitle).not.toBe("Tallenne");
});

test("shows the slate with what is next when the video ends, and ends the stage when nothing follows", async () => {
  await addVideo(at(0), 60);
  const talk = await addLive(at(10), 20);
  touch();
  await untilPhase("live");
  await waitFor(() => videos().length === 1);
  media.endVideo(fair.stage.id);
  now = at(1.2);
  await waitFor(async () => (await stageView()).state.scene === "slate");
  expect((await stageView()).state.nextId).toBe(talk.id);
  await waitFor(() => slates().at(-1)?.nextLine === "Seuraavaksi klo 10.10: Luento");
  expect(slates().at(-1)).toMatchObject({ reason: "break", title: "Jatkamme pian" });
  now = at(31);
  await waitFor(() => slates().at(-1)?.reason === "end");
  await untilPhase("ended");
  expect((await recordings()).map(({ presentationId }) => presentationId === null)).toContain(true);
});

test("makes a recording of just the video when nothing else was on", async () => {
  const video = await addVideo(at(0), 60);
  touch();
  await untilPhase("live");
  media.endVideo(fair.stage.id);
  await waitFor(async () => (await stageView()).state.scene === "slate");
  now = at(2.5);
  await untilPhase("ended");
  expect(await recordings()).toMatchObject([{ presentationId: video.id, startedAt: at(0), endedAt: at(1) }]);
});

test("takes the video off when a live presentation begins", async () => {
  await addVideo(at(0), 600);
  await addLive(at(5), 30);
  touch();
  await untilPhase("live");
  await waitFor(() => videos().length === 1);
  now = at(5);
  await waitFor(() => videos().length === 2);
  expect(videos()[1]).toBeNull();
  expect((await stageView()).state.phase).toBe("live");
});

test("does not open a stage again that the host ended during the video", async () => {
  await addVideo(at(0), 600);
  touch();
  await untilPhase("live");
  const host = await server.browser().open(
    await createLink(server.db, {
      role: "host",
      eventId: fair.event.id,
      stageId: fair.stage.id,
      expiresAt: new Date(now.getTime() + DAY_MS),
    }),
  );
  const socket = await host.socket();
  now = at(1);
  await socket.request("stage:end", { stageId: fair.stage.id });
  now = at(2);
  touch();
  await waitFor(async () => (await stageView()).state.nowId !== null);
  expect((await stageView()).state.phase).toBe("ended");
});

test("waits for the media node, and joins when it is back", async () => {
  media.setConnected(false);
  await addVideo(at(0), 600);
  touch();
  now = at(1);
  touch();
  expect((await stageView()).state.phase).toBe("closed");
  media.setConnected(true);
  await untilPhase("live");
  await waitFor(() => videos().length === 1);
});

test("tells a restarted media node the video on air again", async () => {
  const video = await addVideo(at(0), 600);
  touch();
  await untilPhase("live");
  await waitFor(() => videos().length === 1);
  media.setConnected(false);
  media.forgetEverything();
  now = at(3);
  media.setConnected(true);
  await waitFor(() => videos().length === 2);
  expect(videos()[1]).toMatchObject({ itemId: video.mediaId, startedAt: at(0).toISOString() });
});

test("tells a restarted media node how far the broadcast was told to viewers", async () => {
  await addVideo(at(0), 600);
  touch();
  await untilPhase("live");
  const { broadcastId } = (await stageView()).state;
  const programDateTimeMs = at(0).getTime() + 84_000;
  for (const [msn, part] of [
    [41, 5],
    [42, 0],
  ] as const) {
    const { notice } = madeUpPart("r1", "v720", { msn, part, firstMsn: 0, startedAtMs: at(0).getTime() });
    media.emit("store:written", { stageId: fair.stage.id, broadcastId: broadcastId!, notice });
  }
  media.setConnected(false);
  media.forgetEverything();
  media.setConnected(true);
  const begun = () =>
    media
      .askedOf<MediaRequestData<"stage:startBroadcast">>("stage:startBroadcast")
      .filter(({ stageId }) => stageId === fair.stage.id);
  await waitFor(() => begun().length === 2);
  expect(begun()[0]!.told).toBeUndefined();
  expect(begun()[1]!.told).toEqual({ msn: 42, endMs: programDateTimeMs + 320 });
});

test("follows a schedule that is changed while it runs", async () => {
  const video = await addVideo(at(30), 90);
  touch();
  await waitFor(async () => (await stageView()).state.nextId === video.id);
  await organiser.call("updatePresentation", {
    params: { event: fair.event.slug, presentationId: video.id },
    body: { startsAt: at(1).toISOString() },
  });
  now = at(1);
  await untilPhase("live");
});

test("a server that starts in the middle of a video goes on with it", async () => {
  await addVideo(at(0), 600);
  const other = new ClockedMedia(() => now);
  now = at(4);
  const second = await startTestServer({
    media: other,
    databaseUrl: server.config.databaseUrl ?? "",
    now: () => now,
  });
  const told = await waitFor(() =>
    other
      .askedOf<{ stageId: string; video: VideoItem | null }>("stage:setVideo")
      .find(({ stageId, video }) => stageId === fair.stage.id && video),
  );
  expect(told.video?.startedAt).toBe(at(0).toISOString());
  await second.close();
});

test("a server that comes back to a media node that plays tells people what it plays", async () => {
  await addVideo(at(0), 600);
  touch();
  await untilPhase("live");
  await waitFor(async () => (await stageView()).state.scene === "video");
  const second = await startTestServer({
    media,
    databaseUrl: server.config.databaseUrl ?? "",
    now: () => now,
  });
  const params = { event: fair.event.slug, stage: fair.stage.slug };
  const browser = second.browser();
  await waitFor(async () => (await browser.call("readStage", { params })).state.scene === "video");
  browser.close();
});
