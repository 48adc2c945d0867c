import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { refreshDemo, type SeedResult, seed } from "../../prisma/seed.ts";
import { TitleCard } from "../../server/contract/convert.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const NOW = new Date("2026-11-22T09:03:20Z");
const DAY_MS = 24 * 3_600_000;

let now = NOW;
let server: TestServer;
let seeded: SeedResult;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "seed-test-"));
  // The server's own data folder is another one, so that it does not begin to make the videos.
  server = await startTestServer({ media: new FakeMediaPlane(), now: () => now });
  const made = await seed(server.db, { dataDir, now });
  if (!made) throw new Error("nothing was seeded");
  seeded = made;
});
afterAll(async () => {
  await server.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const readDemo = () => server.browser().call("readEvent", { params: { event: "jarjestomessut" } });
const texts = (value: { fi: string; sv: string; en: string }) => [value.fi, value.sv, value.en];

test("makes the demo event once", async () => {
  expect(await seed(server.db, { dataDir, now })).toBeNull();
  expect(await server.db.event.count()).toBe(1);
  expect(seeded.eventPath).toBe("/e/jarjestomessut");
});

test("has a schedule around now, eight booths, and every text in three languages", async () => {
  const event = await readDemo();
  expect(event.startsAt).toBe("2026-11-22T09:00:00.000Z");
  const kinds = event.schedule.map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === "video")).toHaveLength(2);
  expect(kinds.filter((kind) => kind === "live").length).toBeGreaterThanOrEqual(2);
  expect(kinds).toContain("break");
  const ends = event.schedule.map(
    ({ startsAt, lengthSeconds }) => Date.parse(startsAt) + lengthSeconds * 1000,
  );
  for (const [index, { startsAt }] of event.schedule.entries())
    expect(Date.parse(startsAt)).toBeGreaterThanOrEqual(ends[index - 1] ?? 0);
  expect(event.booths).toHaveLength(8);
  expect(new Set(event.booths.map(({ kind }) => kind)).size).toBe(8);
  const all = [
    event.name,
    event.description,
    ...event.stages.map(({ name }) => name),
    ...event.schedule.flatMap(({ title, description }) => [title, description]),
    ...event.booths.flatMap(({ name, tagline }) => [name, tagline]),
  ].flatMap(texts);
  for (const { slug } of event.booths) {
    const booth = await server.browser().call("readBooth", { params: { event: event.slug, booth: slug } });
    all.push(...texts(booth.description), ...booth.materials.flatMap(({ title }) => texts(title)));
    all.push(...booth.materials.flatMap(({ body }) => (body ? texts(body) : [])));
    expect(booth.materials.length).toBeGreaterThanOrEqual(2);
  }
  expect(all.filter((text) => text.trim() === "")).toEqual([]);
});

test("queues the videos of its recorded presentations as title cards", async () => {
  const media = await server.db.media.findMany();
  expect(media).toHaveLength(2);
  for (const { id, state } of media) {
    expect(state).toBe("queued");
    const card: unknown = JSON.parse(readFileSync(join(dataDir, "media", `${id}.card.json`), "utf8"));
    expect(TitleCard.safeParse(card).success).toBe(true);
  }
});

test("gives a working link to every role, and keeps no token in the database", async () => {
  const event = await readDemo();
  const roles = seeded.links.map(({ role }) => role);
  expect(new Set(roles)).toEqual(new Set(["attendee", "host", "speaker", "organiser", "screen", "staff"]));
  expect(roles.filter((role) => role === "staff")).toHaveLength(8);
  for (const link of seeded.links.filter(({ role }) => role !== "attendee")) {
    const token = link.path.split("#")[1] ?? "";
    const browser = await server.browser().open({ token });
    const session = await browser.call("readSession");
    expect(session.grants).toMatchObject([{ role: link.role, eventId: event.id }]);
  }
  const screen = await server
    .browser()
    .open({ token: seeded.links.find(({ role }) => role === "screen")?.path.split("#")[1] ?? "" });
  const view = await screen.call("readScreen");
  expect(view).toMatchObject({ name: "Taukohuone, osasto 3", language: "fi", replays: [] });
  expect(view.stages.map(({ slug }) => slug)).toEqual(["paasali"]);
});

test("writes leaflets that are whole PDFs", () => {
  const files = readdirSync(join(dataDir, "materials"));
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const file of files) {
    const pdf = readFileSync(join(dataDir, "materials", file), "latin1");
    expect(pdf.startsWith("%PDF-1.7")).toBe(true);
    const startXref = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
    expect(pdf.slice(startXref, startXref + 4)).toBe("xref");
    for (const [, offset, id] of [...pdf.slice(startXref).matchAll(/^(\d{10}) 00000 n/gm)].map(
      ([, at], index) => [null, Number(at), index + 1] as const,
    ))
      expect(pdf.slice(offset, offset + 12)).toContain(`${id} 0 obj`);
  }
});

test("moves a demo that is over to today, and leaves one that goes on alone", async () => {
  expect(await refreshDemo(server.db, new Date(NOW.getTime() + 60 * 60_000))).toBe(false);
  const later = new Date(NOW.getTime() + 3 * DAY_MS + 17 * 60_000);
  const before = await server.db.presentation.findMany({ orderBy: { startsAt: "asc" } });
  expect(await refreshDemo(server.db, later)).toBe(true);
  now = later;
  const after = await server.db.presentation.findMany({ orderBy: { startsAt: "asc" } });
  expect(after[0]?.startsAt.toISOString()).toBe("2026-11-25T09:20:00.000Z");
  const distances = after.map(
    ({ startsAt }, index) => startsAt.getTime() - (before[index]?.startsAt.getTime() ?? 0),
  );
  expect(new Set(distances).size).toBe(1);
  expect(await refreshDemo(server.db, later)).toBe(false);
});
