import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SlateCard, VideoItem } from "../../server/contract/media.ts";
import { ClockedMedia } from "../support/clocked-media.ts";
import { createFair, createPresentation, type Fair } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * A wall clock that somebody sets while the schedule runs the programme: nothing begins twice, nothing is lost. The
 * night in which clocks go back is no jump at all, and must not be taken for one.
 */
const MINUTE_MS = 60_000;
/** So long the schedule's clock has noticed a jump for certain: it looks once a second. */
const NOTICED_MS = 1_500;

let now = new Date();
let base = new Date("2026-10-24T08:00:00Z");
let media: ClockedMedia;
let server: TestServer;
let fair: Fair;

beforeAll(async () => {
  media = new ClockedMedia(() => now);
  server = await startTestServer({ media, now: () => now });
});
afterAll(() => server.close());
beforeEach(async () => {
  now = base;
  media.asked.length = 0;
  fair = await createFair(server.db);
});

const at = (minutes: number) => new Date(base.getTime() + minutes * MINUTE_MS);
const shown = () =>
  media
    .askedOf<{ stageId: string; video: VideoItem | null }>("stage:setVideo")
    .filter(({ stageId }) => stageId === fair.stage.id)
    .map(({ video }) => video?.itemId ?? null);
const broadcasts = () => media.askedOf<{ stageId: string }>("stage:startBroadcast");
const phase = async () => (await server.db.stage.findUniqueOrThrow({ where: { id: fair.stage.id } })).phase;

async function addVideo(startsAt: Date, durationSeconds: number): Promise<string> {
  const presentation = await createPresentation(server.db, {
    stageId: fair.stage.id,
    kind: "video",
    startsAt,
    lengthSeconds: durationSeconds,
    title: "Tallenne",
  });
  const { id } = await server.db.media.create({
    data: { presentationId: presentation.id, originalName: "a.mp4", state: "ready", durationSeconds },
  });
  return id;
}

/** The schedule's clock looks at what there is. */
function begin(): void {
  const { event, stage } = fair;
  server.ctx.domain.tell("presentationChanged", {
    eventId: event.id,
    stageId: stage.id,
    presentationId: stage.id,
  });
}

test("what is on stays on when the clock is set back before it, and does not come again at its time", async () => {
  const video = await addVideo(at(2), 300);
  now = at(3);
  begin();
  await waitFor(() => shown().length === 1);
  now = at(-7);
  await sleep(NOTICED_MS);
  expect(shown()).toEqual([video]);
  expect(await phase()).toBe("live");
  media.endVideo(fair.stage.id);
  await waitFor(() => server.ctx.media.isConnected);
  now = at(2.5);
  await sleep(NOTICED_MS);
  expect(shown().filter((itemId) => itemId === video)).toEqual([video]);
  expect(broadcasts()).toHaveLength(1);
});

test("what ran out by the clock does not begin again when the clock is set back into it", async () => {
  const first = await addVideo(at(0), 60);
  const second = await addVideo(at(3), 600);
  now = at(0.5);
  begin();
  await waitFor(() => shown().length === 1);
  now = at(4);
  await waitFor(() => shown().includes(second));
  now = at(0.5);
  await sleep(NOTICED_MS);
  expect(shown().filter((itemId) => itemId !== null)).toEqual([first, second]);
  expect(broadcasts()).toHaveLength(1);
});

test("an hour ahead shows what is on then, and back again nothing twice", async () => {
  const early = await addVideo(at(0), 600);
  const late = await addVideo(at(61), 600);
  begin();
  await waitFor(() => shown().length === 1);
  now = at(62);
  await waitFor(() => shown().includes(late));
  now = at(2);
  await sleep(NOTICED_MS);
  expect(shown()).toEqual([early, late]);
  expect(broadcasts()).toHaveLength(1);
  expect(await phase()).toBe("live");
});

test("in the night in which clocks go back each thing begins once, at its own three o'clock", async () => {
  // 04:00 summer time is 03:00 normal time at 01:00 UTC.
  base = new Date("2026-10-25T00:25:00Z");
  const before = await addVideo(at(5), 120);
  const after = await addVideo(at(65), 120);
  now = at(4);
  begin();
  const slates = () =>
    media
      .askedOf<{ stageId: string; slate: SlateCard }>("stage:setSlate")
      .filter(({ stageId }) => stageId === fair.stage.id)
      .map(({ slate }) => slate.nextLine);
  now = at(5);
  await waitFor(() => shown().includes(before));
  media.endVideo(fair.stage.id);
  now = at(8);
  // 03:30 for the second time that night.
  await waitFor(() => slates().includes("Seuraavaksi klo 3.30: Tallenne"));
  for (const minute of [20, 34, 35, 36, 50]) {
    now = at(minute);
    await sleep(300);
  }
  now = at(65);
  await waitFor(() => shown().includes(after));
  await sleep(NOTICED_MS);
  expect(shown().filter((itemId) => itemId !== null)).toEqual([before, after]);
});
