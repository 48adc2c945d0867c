import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Demuxer } from "node-av/api";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Browser } from "../support/browser.ts";
import { createFair, createLink, createPresentation, type Fair } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { beginUpload, offsetOf, sendBytes, upload } from "../support/tus-upload.ts";
import { writeVideoFile } from "../support/video-file.ts";
import { waitFor } from "../support/wait-for.ts";

const CONVERSION_MS = 60_000;

let server: TestServer;
let fair: Fair;
let organiser: Browser;
let presentationId: string;
let folder: string;
let video: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "uploads-test-"));
  const path = join(folder, "video.mp4");
  await writeVideoFile(path, 5);
  video = readFileSync(path);
  server = await startTestServer({ environment: { TORILLA_UPLOAD_MAX_BYTES: String(8 * 1024 * 1024) } });
}, 120_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  fair = await createFair(server.db);
  organiser = await server
    .browser()
    .open(await createLink(server.db, { role: "organiser", eventId: fair.event.id }));
  presentationId = (await createPresentation(server.db, { stageId: fair.stage.id, kind: "video" })).id;
});

async function mediaOf() {
  const event = await organiser.call("readManagedEvent", { params: { event: fair.event.slug } });
  return event.presentations.find(({ id }) => id === presentationId)?.media ?? null;
}

const settled = () =>
  waitFor(
    async () => {
      const media = await mediaOf();
      return media?.state === "ready" || media?.state === "failed" ? media : null;
    },
    { what: "the conversion", timeoutMs: CONVERSION_MS },
  );

test("converts an upload, tells of it, and keeps only the converted video", { timeout: 90_000 }, async () => {
  const socket = await organiser.socket();
  await socket.request("manage:watch", { eventId: fair.event.id });
  await upload(organiser, { presentationId, bytes: video, filename: "C:\\videot\\luento.mp4" });
  const media = await settled();
  expect(media).toMatchObject({ state: "ready", progress: 1, originalName: "luento.mp4", failure: null });
  expect(media.durationSeconds).toBeCloseTo(5, 1);
  const path = join(server.config.dataDir, "media", `${media.id}.mp4`);
  await using demuxer = await Demuxer.open(path);
  expect(demuxer.video()?.codecpar).toMatchObject({ width: 1280, height: 720 });
  expect(demuxer.audio()?.codecpar).toMatchObject({ sampleRate: 48_000, channels: 2 });
  await waitFor(() => readdirSync(join(server.config.dataDir, "uploads")).length === 0);
  // The row says it a moment before the socket does.
  const told = () => socket.all("media:progressed").map((notice) => notice.media.state);
  await waitFor(() => told().includes("ready"));
  expect([...new Set(told())]).toEqual(["uploading", "queued", "converting", "ready"]);
  expect(socket.faults).toEqual([]);
});

test.each([
  ["text", () => Buffer.from("Tämä on tekstiä.\n".repeat(100)), "unsupported"],
  ["a playlist in disguise", () => Buffer.from("#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n"), "unsupported"],
  ["a cut-off video", () => video.subarray(0, Math.floor(video.length * 0.5)), "broken"],
  ["a header with noise", () => Buffer.concat([video.subarray(0, 24), Buffer.alloc(5000, 0x5a)]), "broken"],
])("refuses %s, and keeps nothing of it", { timeout: 90_000 }, async (_what, bytes, failure) => {
  await upload(organiser, { presentationId, bytes: bytes(), filename: "video.mp4" });
  const media = await settled();
  expect(media).toMatchObject({ state: "failed", failure });
  await waitFor(() => readdirSync(join(server.config.dataDir, "uploads")).length === 0);
  expect(existsSync(join(server.config.dataDir, "media", `${media.id}.mp4`))).toBe(false);
});

test("takes an upload up again where it was broken off", { timeout: 90_000 }, async () => {
  const begun = await beginUpload(organiser, {
    size: video.length,
    metadata: { presentationId, filename: "a.mp4" },
  });
  const location = begun.headers.get("location") ?? "";
  expect(location).toMatch(/^\/api\/uploads\/[0-9a-f]{32}$/);
  await sendBytes(organiser, location, { bytes: video.subarray(0, 1000), offset: 0 });
  expect(await offsetOf(organiser, location)).toBe(1000);
  await sendBytes(organiser, location, { bytes: video.subarray(1000), offset: 1000 });
  await waitFor(async () => (await mediaOf())?.state !== "uploading");
});

test("lets only the event's organisers upload, look and go on", async () => {
  const metadata = { presentationId, filename: "a.mp4" };
  const stranger = server.browser();
  expect((await beginUpload(stranger, { size: 10, metadata })).status).toBe(401);
  const other = await createFair(server.db);
  const foreign = await server
    .browser()
    .open(await createLink(server.db, { role: "organiser", eventId: other.event.id }));
  expect((await beginUpload(foreign, { size: 10, metadata })).status).toBe(403);
  const host = await server
    .browser()
    .open(await createLink(server.db, { role: "host", eventId: fair.event.id, stageId: fair.stage.id }));
  expect((await beginUpload(host, { size: 10, metadata })).status).toBe(403);
  const begun = await beginUpload(organiser, { size: 10, metadata });
  const location = begun.headers.get("location") ?? "";
  expect(await offsetOf(foreign, location)).toBe(-404);
  expect(await offsetOf(stranger, location)).toBe(-401);
  expect((await sendBytes(foreign, location, { bytes: Buffer.alloc(10), offset: 0 })).status).toBe(404);
});

test("refuses what is too large, unnamed, empty or from a foreign page", async () => {
  const metadata = { presentationId, filename: "a.mp4" };
  expect((await beginUpload(organiser, { size: 9 * 1024 * 1024, metadata })).status).toBe(413);
  const unnamed = await beginUpload(organiser, { size: 10 });
  expect(await unnamed.json()).toMatchObject({ code: "bad_request" });
  expect((await beginUpload(organiser, { size: 0, metadata })).status).toBe(400);
  const missing = { presentationId: crypto.randomUUID(), filename: "a.mp4" };
  expect((await beginUpload(organiser, { size: 10, metadata: missing })).status).toBe(404);
  const headers = { origin: "https://evil.example.org" };
  expect((await beginUpload(organiser, { size: 10, metadata, headers })).status).toBe(403);
  expect(await server.db.media.count({ where: { presentationId } })).toBe(0);
  for (const id of ["..%2f..%2fetc%2fpasswd", "0".repeat(32), "x"])
    expect(await offsetOf(organiser, `/api/uploads/${id}`)).toBeLessThan(0);
  const got = await organiser.fetch("/api/uploads/0", { headers: { "tus-resumable": "1.0.0" } });
  expect(got.status).toBe(404);
});

test("goes on with a conversion that a server left half-way", { timeout: 90_000 }, async () => {
  const media = await server.db.media.create({
    data: { presentationId, originalName: "kortti", state: "converting", progress: 0.4 },
  });
  mkdirSync(join(server.config.dataDir, "media"), { recursive: true });
  const card = {
    title: "A",
    subtitle: "B",
    lines: ["C"],
    colours: ["#000000", "#111111", "#222222", "#333333"],
    toneHz: 110,
    lengthSeconds: 5,
  };
  writeFileSync(join(server.config.dataDir, "media", `${media.id}.card.json`), JSON.stringify(card));
  const second = await startTestServer({
    databaseUrl: server.config.databaseUrl ?? "",
    environment: { TORILLA_DATA_DIR: server.config.dataDir },
  });
  expect((await settled()).state).toBe("ready");
  await second.close();
});
