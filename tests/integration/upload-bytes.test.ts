import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Browser } from "../support/browser.ts";
import { createFair, createLink, createPresentation } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { beginUpload, offsetOf, sendBytes } from "../support/tus-upload.ts";
import { waitFor } from "../support/wait-for.ts";

/* How an upload's bytes reach its file: whole, in pieces, broken off, taken over, and too many of them. */

const MIB = 1024 * 1024;
const SIZE = 5 * MIB + 17;
const bytes = randomBytes(SIZE);

let server: TestServer;
let organiser: Browser;
let location: string;

beforeAll(async () => {
  server = await startTestServer();
}, 120_000);
afterAll(() => server.close());
beforeEach(async () => {
  const { event, stage } = await createFair(server.db);
  organiser = await server
    .browser()
    .open(await createLink(server.db, { role: "organiser", eventId: event.id }));
  const { id: presentationId } = await createPresentation(server.db, { stageId: stage.id, kind: "video" });
  // One byte that never comes keeps the conversion away.
  const begun = await beginUpload(organiser, {
    size: SIZE + 1,
    metadata: { presentationId, filename: "a.mp4" },
  });
  location = begun.headers.get("location") ?? "";
});

const kept = () => readFileSync(join(server.config.dataDir, "uploads", basename(location)));
const offset = () => offsetOf(organiser, location);

/** A request whose body goes on: `length` bytes are promised, or none (chunked). */
function openPatch(from: number, length: number | null): ClientRequest {
  const patch = request(new URL(location, server.url), {
    method: "PATCH",
    headers: {
      cookie: organiser.cookieHeader,
      origin: server.url,
      "tus-resumable": "1.0.0",
      "upload-offset": String(from),
      "content-type": "application/offset+octet-stream",
      ...(length === null ? {} : { "content-length": String(length) }),
    },
  });
  patch.on("error", () => {});
  return patch;
}

test("keeps what came in pieces, byte for byte", async () => {
  let at = 0;
  for (const length of [1, 70_000, 3 * MIB, SIZE - 3 * MIB - 70_001]) {
    const sent = await sendBytes(organiser, location, { bytes: bytes.subarray(at, at + length), offset: at });
    at += length;
    expect(sent.status).toBe(204);
    expect(sent.headers.get("upload-offset")).toBe(String(at));
  }
  expect(kept().equals(bytes)).toBe(true);
});

test("keeps what came before the connection broke", async () => {
  const patch = openPatch(0, SIZE);
  patch.write(bytes.subarray(0, 2 * MIB));
  await waitFor(() => kept().length >= MIB, { what: "the first bytes" });
  patch.destroy();
  await waitFor(async () => (await offset()) === 2 * MIB, { what: "all that was sent", timeoutMs: 10_000 });
  expect(kept().equals(bytes.subarray(0, 2 * MIB))).toBe(true);
  const sent = await sendBytes(organiser, location, { bytes: bytes.subarray(2 * MIB), offset: 2 * MIB });
  expect(sent.status).toBe(204);
  expect(kept().equals(bytes)).toBe(true);
});

test("lets whoever comes again take over from a connection that is silent", { timeout: 20_000 }, async () => {
  const silent = openPatch(0, SIZE);
  silent.write(bytes.subarray(0, 2 * MIB));
  await waitFor(() => kept().length >= MIB, { what: "the first bytes" });
  const from = await offset();
  expect(from).toBeGreaterThanOrEqual(MIB);
  const sent = await sendBytes(organiser, location, { bytes: bytes.subarray(from), offset: from });
  expect(sent.status).toBe(204);
  expect(kept().equals(bytes)).toBe(true);
  silent.destroy();
});

test("refuses more bytes than the upload said, and keeps none past its end", async () => {
  const patch = openPatch(0, null);
  const answered = new Promise<number>((resolve) =>
    patch.on("response", (response) => resolve(response.statusCode ?? 0)),
  );
  patch.write(bytes);
  patch.end(bytes);
  expect(await answered).toBe(413);
  expect(kept().length).toBeLessThanOrEqual(SIZE + 1);
  expect(kept().equals(bytes.subarray(0, kept().length))).toBe(true);
});
