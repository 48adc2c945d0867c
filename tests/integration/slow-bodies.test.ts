/*
 * Bodies that come byte by byte, over raw sockets: nobody holds a connection by them, and a slow upload is none of
 * them.
 */
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFair, createLink, createPresentation } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { beginUpload, offsetOf } from "../support/tus-upload.ts";

/** Of bound-body-time.ts, with time for a busy machine. */
const ENDED_MS = 14_000;
const EVERY_MS = 300;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Slow {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body: string;
}

/** Sends a byte of the body every 300 ms. Resolves when the connection has ended, or the answer to a whole body is there. */
async function sendSlowly({ method, path, headers = {}, body }: Slow) {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  const beganMs = performance.now();
  const lines = Object.entries({ host, "content-length": String(body.length), ...headers });
  socket.write([`${method} ${path} HTTP/1.1`, ...lines.map((line) => line.join(": ")), "", ""].join("\r\n"));
  let sent = 0;
  let answer = "";
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setInterval(() => sent < body.length && socket.write(body[sent++]!), EVERY_MS);
  socket.on("data", (bytes) => {
    answer += String(bytes);
    if (sent === body.length) resolve();
  });
  socket.on("error", () => {});
  socket.once("close", () => resolve());
  await promise;
  clearInterval(timer);
  socket.destroy();
  return { answer, sent, tookMs: performance.now() - beganMs };
}

const json = { "content-type": "application/json" };
const longBody = JSON.stringify({ token: "A".repeat(200) });

test.concurrent("a JSON body that takes its time is answered with a code, and the connection is over", async () => {
  const slow = await sendSlowly({ method: "POST", path: "/api/session", headers: json, body: longBody });
  expect(slow.answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"timeout"/);
  expect(slow.tookMs).toBeLessThan(ENDED_MS);
  expect(slow.sent).toBeLessThan(longBody.length);
});

test.concurrent("so is the body of an address that reads none, after its answer", async () => {
  const slow = await sendSlowly({ method: "POST", path: "/e/messut", headers: json, body: longBody });
  expect(slow.answer).toMatch(/^HTTP\/1\.1 404 /);
  expect(slow.tookMs).toBeLessThan(ENDED_MS);
});

test.concurrent("so is a slow request of the sockets' own", async () => {
  const opened = await (await fetch(`${server.url}/socket.io/?EIO=4&transport=polling`)).text();
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
  const slow = await sendSlowly({
    method: "POST",
    path,
    headers: { "content-type": "text/plain" },
    body: longBody,
  });
  expect(slow.tookMs).toBeLessThan(ENDED_MS);
  expect(slow.sent).toBeLessThan(longBody.length);
});

test.concurrent("so is an upload that was refused", async () => {
  const headers = { "tus-resumable": "1.0.0", "upload-length": "5000" };
  const slow = await sendSlowly({ method: "POST", path: "/api/uploads", headers, body: longBody });
  expect(slow.answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(slow.tookMs).toBeLessThan(ENDED_MS);
});

test.concurrent("an upload may be as slow as it is, while it goes on", async () => {
  const fair = await createFair(server.db);
  const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
  const organiser = await server.browser().open(link);
  const { id } = await createPresentation(server.db, { stageId: fair.stage.id, kind: "video" });
  const metadata = { presentationId: id, filename: "luento.mp4" };
  const begun = await beginUpload(organiser, { size: 5_000, metadata });
  const path = begun.headers.get("location") ?? "";
  const headers = {
    "tus-resumable": "1.0.0",
    "upload-offset": "0",
    "content-type": "application/offset+octet-stream",
    cookie: organiser.cookieHeader,
  };
  const body = "v".repeat(50);
  const slow = await sendSlowly({ method: "PATCH", path, headers, body });
  expect(slow.answer).toMatch(/^HTTP\/1\.1 204 /);
  expect(slow.tookMs).toBeGreaterThan(ENDED_MS);
  expect(await offsetOf(organiser, path)).toBe(body.length);
});
