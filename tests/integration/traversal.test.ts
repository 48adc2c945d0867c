/*
 * Forty spellings of "somewhere else" at every address below which files lie, sent as they stand: nothing outside of
 * the folder, nothing beside what the database names, and no answer but 400 or 404 (the client's own page aside).
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFair, createLink, createRecording, text } from "../support/factories.ts";
import { askRaw } from "../support/raw-http.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

/** In every file that must not come out. */
const MARK = "torilla-outside-mark";
/** As `%` leads a file's bytes into the process: `etc/passwd` on every machine that runs this. */
const PASSWD = /root:.*:0:0:/;

/** From the folder to `goal`, a path of plain names. */
const spellings: Record<string, (goal: string) => string> = {
  plain: (goal) => `../${goal}`,
  deep: (goal) => `../../../../../../../../${goal}`,
  encodedDots: (goal) => `%2e%2e/${goal}`,
  encodedDotsUpper: (goal) => `%2E%2E/%2E%2E/${goal}`,
  halfEncodedA: (goal) => `.%2e/${goal}`,
  halfEncodedB: (goal) => `%2e./${goal}`,
  encodedSlash: (goal) => `..%2f${goal}`,
  encodedSlashDeep: (goal) => `..%2f..%2f..%2f..%2f..%2f..%2f${goal.replaceAll("/", "%2f")}`,
  allEncoded: (goal) => `%2e%2e%2f${goal.replaceAll("/", "%2f")}`,
  doubleEncoded: (goal) => `%252e%252e%252f${goal}`,
  doubleEncodedSlash: (goal) => `..%252f${goal}`,
  tripleEncoded: (goal) => `%25252e%25252e%25252f${goal}`,
  backslash: (goal) => `..\\${goal}`,
  backslashes: (goal) => `..\\..\\..\\..\\${goal.replaceAll("/", "\\")}`,
  encodedBackslash: (goal) => `..%5c${goal}`,
  encodedBackslashDeep: (goal) => `..%5c..%5c..%5c${goal.replaceAll("/", "%5c")}`,
  mixedSlashes: (goal) => `..\\/..\\/${goal}`,
  nulEnd: (goal) => `../${goal}%00`,
  nulBeforeExtension: (goal) => `../${goal}%00.m4s`,
  nulRaw: (goal) => `../${goal}\u0001.mp4`,
  overlongSlash: (goal) => `..%c0%af${goal}`,
  overlongDots: (goal) => `%c0%ae%c0%ae/${goal}`,
  overlongThree: (goal) => `..%e0%80%af${goal}`,
  overlongFour: (goal) => `..%f0%80%80%af${goal}`,
  utf16Dots: (goal) => `%u002e%u002e/${goal}`,
  utf16Slash: (goal) => `..%u2215${goal}`,
  fullwidthDots: (goal) => `%ef%bc%8e%ef%bc%8e/${goal}`,
  fullwidthSlash: (goal) => `..%ef%bc%8f${goal}`,
  divisionSlash: (goal) => `..%e2%88%95${goal}`,
  twoDotLeader: (goal) => `%e2%80%a5/${goal}`,
  absolute: (goal) => `/${goal}`,
  absoluteEncoded: (goal) => `%2f${goal.replaceAll("/", "%2f")}`,
  doubleSlash: (goal) => `//${goal}`,
  fourDots: (goal) => `....//....//${goal}`,
  dotsAndSemicolon: (goal) => `..;/${goal}`,
  parameter: (goal) => `;/../${goal}`,
  trailingDot: (goal) => `../${goal}.`,
  trailingSpace: (goal) => `../${goal}%20`,
  trailingSlash: (goal) => `../${goal}/`,
  dotSegments: (goal) => `./.././${goal}`,
  innerUpAndDown: (goal) => `x/../../${goal}`,
  drive: (goal) => `C:/${goal}`,
  driveEncoded: (goal) => `..%5cC%3a%5c${goal}`,
  uncPath: (goal) => `%5c%5clocalhost%5c${goal}`,
  fileUrl: (goal) => `file:///${goal}`,
  device: () => "CON",
  deviceWithExtension: () => "nul.mp4",
  streamName: (goal) => `${goal}::$DATA`,
  badEscape: (goal) => `..%zz/${goal}`,
  cutEscape: (goal) => `../${goal}%`,
  lineBreak: (goal) => `..%0d%0a/${goal}`,
  queryInPath: (goal) => `..%3f/${goal}`,
  hash: (goal) => `..%23/${goal}`,
};

let server: TestServer;
let clientDir: string;
/** Addresses below which files lie; `…` is where a spelling goes. */
let doors: string[];
let cookie: string;

beforeAll(async () => {
  clientDir = mkdtempSync(join(tmpdir(), "torilla-client-"));
  mkdirSync(join(clientDir, "assets"));
  writeFileSync(join(clientDir, "index.html"), "<!doctype html><title>the client</title>");
  writeFileSync(join(clientDir, "assets", "app-1234.js"), "export {}");
  server = await startTestServer({ clientDir });
  const fair = await createFair(server.db);
  const recording = await createRecording(server.db, { stageId: fair.stage.id });
  const live = await server.db.broadcast.create({ data: { stageId: fair.stage.id } });
  const { id: materialId } = await server.db.material.create({
    data: { boothId: fair.booth.id, kind: "file", title: text("Esite"), url: "esite.pdf" },
  });
  const { dataDir } = server.config;
  for (const path of [
    "secret.txt",
    "run/secret",
    "materials/secret.pdf",
    "media/secret.mp4",
    "uploads/secret",
    `segments/${live.id}/index.jsonl`,
    `segments/${recording.broadcastId}/secret.m4s`,
    "segments/secret.m4s",
  ]) {
    mkdirSync(join(dataDir, path, ".."), { recursive: true });
    writeFileSync(join(dataDir, path), MARK);
  }
  writeFileSync(join(clientDir, "..", `${MARK}.txt`), MARK);
  doors = [
    `/media/live/${live.id}/…`,
    "/media/live/…/main.m3u8",
    `/media/replay/${recording.id}/…`,
    "/media/replay/…/main.m3u8",
    `/materials/${materialId}/…`,
    "/materials/…/esite.pdf",
    "/api/uploads/…",
    "/api/events/…/manage",
    "/assets/…",
    "/…",
  ];
  const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
  ({ cookieHeader: cookie } = await server.browser().open(link));
});
afterAll(async () => {
  await server.close();
  rmSync(join(clientDir, "..", `${MARK}.txt`));
  rmSync(clientDir, { recursive: true });
});

test("there are at least forty spellings", () => {
  expect(Object.keys(spellings).length).toBeGreaterThanOrEqual(40);
});

test.each(Object.keys(spellings))("%s", async (name) => {
  const goals = ["run/secret", "secret.m4s", `${MARK}.txt`, "etc/passwd"];
  for (const door of doors)
    await Promise.all(
      goals.map(async (goal) => {
        const target = door.replace("…", () => spellings[name]!(goal));
        const headers = { cookie, "tus-resumable": "1.0.0" };
        const isUpload = door.startsWith("/api/uploads");
        const answer = await askRaw(server.url, target, { headers, method: isUpload ? "HEAD" : "GET" });
        const body = answer.body.toString("latin1");
        const what = `${target}: ${answer.status}`;
        expect(body, what).not.toContain(MARK);
        expect(body, what).not.toMatch(PASSWD);
        // Addresses of no file are the client's own page: it says itself that there is nothing.
        if (answer.status === 200) expect(body, what).toContain("<title>the client</title>");
        else expect([400, 404], what).toContain(answer.status);
        const isOfFiles =
          /^\/(?:media|materials|assets|api)\//.test(target) && !/\/\.\.?(?:\/|$)/.test(target);
        if (isOfFiles && !target.includes("//")) expect([400, 404], what).toContain(answer.status);
      }),
    );
});

test("what may be fetched is still there", async () => {
  expect((await askRaw(server.url, "/assets/app-1234.js")).status).toBe(200);
  expect((await askRaw(server.url, `/materials/${randomUUID()}/esite.pdf`)).status).toBe(404);
});
