/*
 * What is on the programme and what is published is everybody's; nothing else is anybody's. Every address of a
 * recorded broadcast is asked again by strangers, after each change. Rooms: room-rights.test.ts.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import type { Browser } from "../support/browser.ts";
import { crawlPlaylists } from "../support/crawl-playlists.ts";
import { linkIdOf } from "../support/door-samples.ts";
import { createFair, createLink, createPresentation, type Fair, text } from "../support/factories.ts";
import { madeUpBroadcast, madeUpRecording } from "../support/made-up-broadcast.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { beginUpload, offsetOf, sendBytes } from "../support/tus-upload.ts";
import { waitFor } from "../support/wait-for.ts";

/** Whoever lost a right is out of everything that it gave within this time. */
const OUT_MS = 10_000;
const START_MS = Date.now() - 3_600_000;
const SEGMENTS = 4;

let server: TestServer;
let media: FakeMediaPlane;
const clockMs = 0;
let fair: Fair;
let organiser: Browser;
/** Of nobody, of another event's people, and of one whose right was taken back. */
let strangers: Record<string, Browser>;

beforeAll(async () => {
  media = new FakeMediaPlane({ graceMs: 60_000 });
  server = await startTestServer({ media, now: () => new Date(Date.now() + clockMs) });
});
afterAll(() => server.close());
beforeEach(async () => {
  fair = await createFair(server.db);
  const elsewhere = await createFair(server.db);
  const eventId = fair.event.id;
  organiser = await server.browser().open(await createLink(server.db, { role: "organiser", eventId }));
  const link = await createLink(server.db, { role: "organiser", eventId });
  strangers = {
    nobody: server.browser(),
    elsewhere: await server
      .browser()
      .open(await createLink(server.db, { role: "organiser", eventId: elsewhere.event.id })),
    revoked: await server.browser().open(link),
  };
  await revoke(link);
});

function revoke(link: { token: string }): Promise<unknown> {
  const params = { event: fair.event.slug, linkId: linkIdOf(link.token) };
  return organiser.call("revokeLink", { params });
}

/** Statuses of `paths` as each of the strangers gets them; one number when all are the same. */
async function statuses(paths: string[], browsers: Browser[] = Object.values(strangers)): Promise<number[]> {
  const found = new Set<number>();
  for (const browser of browsers)
    for (const path of paths) found.add((await browser.fetch(path, { method: "HEAD" })).status);
  return [...found];
}

const place = () => ({ server, media, fair, startMs: START_MS, segments: SEGMENTS });
const broadcast = () => madeUpBroadcast(place());
const record = (broadcastId: string) => madeUpRecording(place(), broadcastId);

describe("the addresses of a broadcast", () => {
  it("are everybody's while it is on, and nobody's when it is over and its minute has passed", async () => {
    const broadcastId = await broadcast();
    const folder = `/media/live/${broadcastId}`;
    const [whole, near] = [
      await crawlPlaylists(server.url, `${folder}/main.m3u8`),
      await crawlPlaylists(server.url, `${folder}/near.m3u8`),
    ];
    expect(near.length).toBe(whole.length);
    const live = [...new Set([...whole, ...near])];
    // Three playlists of renditions with an init segment, whole segments and parts each.
    expect(live.length).toBeGreaterThan(3 * (1 + 1 + SEGMENTS * 2));
    expect(await statuses(live)).toEqual([200]);
    await record(broadcastId);
    const later = await startTestServer({
      databaseUrl: server.config.databaseUrl ?? "",
      environment: { TORILLA_DATA_DIR: server.config.dataDir },
    });
    const others = [later.browser(), await later.browser().open(await organiserLink())];
    expect(await statuses(live, others)).toEqual([404]);
    await later.close();
  });

  it("do not lead to what lies beside the programme", async () => {
    const broadcastId = await broadcast();
    const recordingId = await record(broadcastId);
    const beside = ["index.jsonl", "r1.m3u8", "r2-v720-0.m4s", "r1-v720-99.m4s", "..", "."];
    for (const folder of [`live/${broadcastId}`, `replay/${recordingId}`, `replay/${broadcastId}`])
      expect(await statuses(beside.map((name) => `/media/${folder}/${name}`))).toEqual([404]);
  });
});

const organiserLink = () => createLink(server.db, { role: "organiser", eventId: fair.event.id });

describe("the addresses of a replay", () => {
  it("are everybody's while it is published, and nobody's within ten seconds of its being taken back", async () => {
    const recordingId = await record(await broadcast());
    const other = await startTestServer({
      databaseUrl: server.config.databaseUrl ?? "",
      environment: { TORILLA_DATA_DIR: server.config.dataDir },
    });
    const folder = `/media/replay/${recordingId}`;
    const replay = [
      ...(await crawlPlaylists(server.url, `${folder}/main.m3u8`)),
      ...(await crawlPlaylists(server.url, `${folder}/thumbnails.vtt`)),
      `${folder}/poster.jpg`,
    ];
    expect(replay.length).toBeGreaterThan(3 * (2 + SEGMENTS));
    expect(await statuses(replay)).toEqual([200]);
    expect(await statuses(replay, [other.browser()])).toEqual([200]);
    const params = { event: fair.event.slug, recordingId };
    await organiser.call("updateRecording", { params, body: { isPublished: false } });
    // On this server at once, for the organiser too: there is one rule for media.
    expect(await statuses(replay, [...Object.values(strangers), organiser])).toEqual([404]);
    await waitFor(async () => (await statuses(replay, [other.browser()])).join() === "404", {
      timeoutMs: OUT_MS,
      what: "the other server's refusal",
    });
    await other.close();
    const shown = await server.browser().call("readEvent", { params: { event: fair.event.slug } });
    expect(JSON.stringify(shown)).not.toContain(recordingId);
  });
});

describe("files", () => {
  it("of uploads are their organisers' while they come, and have no address when they are converted", async () => {
    const { id: presentationId } = await createPresentation(server.db, { stageId: fair.stage.id });
    const link = await organiserLink();
    const uploader = await server.browser().open(link);
    const metadata = { presentationId, filename: "a.mp4" };
    const begun = await beginUpload(uploader, { size: 10, metadata });
    const location = begun.headers.get("location") ?? "";
    await sendBytes(uploader, location, { bytes: Buffer.alloc(4), offset: 0 });
    expect(await offsetOf(uploader, location)).toBe(4);
    for (const [who, browser] of Object.entries(strangers)) {
      expect([401, 404], who).toContain(-(await offsetOf(browser, location)));
      const bytes = Buffer.alloc(6);
      expect([401, 404], who).toContain((await sendBytes(browser, location, { bytes, offset: 4 })).status);
      const headers = { "tus-resumable": "1.0.0" };
      const gone = await browser.fetch(location, { method: "DELETE", headers });
      expect([401, 404], who).toContain(gone.status);
      const sneaky = { ...headers, "x-http-method-override": "GET" };
      for (const method of ["GET", "POST", "HEAD"])
        expect((await browser.fetch(location, { method, headers: sneaky })).ok, `${who} ${method}`).toBe(
          false,
        );
    }
    await revoke(link);
    expect(await offsetOf(uploader, location)).toBe(-401);
    const media = await server.db.media.findFirstOrThrow({ where: { presentationId } });
    mkdirSync(join(server.config.dataDir, "media"), { recursive: true });
    writeFileSync(join(server.config.dataDir, "media", `${media.id}.mp4`), "converted");
    const guesses = [
      "/media/",
      "/uploads/",
      "/api/uploads/",
      "/api/media/",
      "/data/media/",
      "/materials/",
    ].flatMap((folder) => [`${folder}${media.id}.mp4`, `${folder}${media.id}/${media.id}.mp4`]);
    const everybody = [...Object.values(strangers), organiser];
    for (const browser of everybody)
      for (const path of guesses)
        expect(await (await browser.fetch(path)).text(), path).not.toContain("converted");
  });

  it("of a booth's materials are everybody's until the material is gone", async () => {
    const name = "esite.pdf";
    mkdirSync(join(server.config.dataDir, "materials"), { recursive: true });
    writeFileSync(join(server.config.dataDir, "materials", name), "%PDF-1.4");
    const { id } = await server.db.material.create({
      data: { boothId: fair.booth.id, kind: "file", title: text("Esite"), url: name },
    });
    expect(await statuses([`/materials/${id}/${name}`])).toEqual([200]);
    const nearly = [`/materials/${fair.booth.id}/${name}`, `/materials/${id}/toinen.pdf`, `/materials/${id}`];
    expect(await statuses(nearly)).toEqual([404]);
    await server.db.material.delete({ where: { id } });
    expect(await statuses([`/materials/${id}/${name}`])).toEqual([404]);
  });
});
