/*
 * Payloads out of the contract's own tables, valid, nearly valid and hostile, to every request and door, through real
 * sockets: an answer with a code each, nothing unforeseen in the log, nobody left behind. At length: `npm run chaos`.
 */
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { CONTRACT_VERSION } from "../../server/contract/realtime.ts";
import { type FuzzTally, fuzzHttp, fuzzRequests } from "../support/chaos/fuzz-doors.ts";
import type { FuzzGround } from "../support/chaos/fuzz-ground.ts";
import { createGround, type Ground } from "../support/door-samples.ts";
import { createLink } from "../support/factories.ts";
import {
  browserCapabilities,
  browserDtls,
  cameraParameters,
  microphoneParameters,
} from "../support/rtp-samples.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

const PER_DOOR = 60;
/** Of the day: what one run does not find another does. A failure names it. */
const SEED = Math.floor(Date.now() / 86_400_000);

let server: TestServer;
let ground: Ground;
let fuzz: FuzzGround;
const errors: string[] = [];

beforeAll(async () => {
  const log = pino({ level: "error" }, { write: (line: string) => void errors.push(line) });
  server = await startTestServer({ media: new FakeMediaPlane({ graceMs: 200 }), log });
  ground = await createGround(server.db);
  const { event, stage, booth } = ground;
  const roles = [
    { role: "speaker", stageId: stage.id },
    { role: "staff", boothId: booth.id },
    { role: "organiser" },
  ] as const;
  const stranger = server.browser();
  await stranger.call("readSession");
  const people = [stranger];
  for (const role of roles)
    people.push(await server.browser().open(await createLink(server.db, { eventId: event.id, ...role })));
  const known = {
    event: [event.slug],
    stage: [stage.slug],
    booth: [booth.slug],
    eventId: [event.id],
    stageId: [stage.id],
    boothId: [booth.id],
    presentationId: [ground.presentationId],
    recordingId: [ground.recordingId],
    roomId: [`backstage:${stage.id}`, `audience:${stage.id}`, `booth:${booth.id}`],
    chatId: [`stage:${stage.id}`, `booth:${booth.id}`],
    rtpCapabilities: [browserCapabilities],
    rtpParameters: [microphoneParameters(), cameraParameters()],
    dtlsParameters: [browserDtls],
  };
  fuzz = { people, known };
});
afterAll(() => server.close());

/** They take nothing that could be wrong, or ask for a token that nobody guesses. */
const ONE_ANSWER = /^(?:list|read)|^openLink|^leaveSession/;

function expectCoded({ codes, wrong, told }: FuzzTally): void {
  expect(wrong, `seed ${SEED}`).toEqual([]);
  // Each door was asked for more than one thing.
  const alike = [...told].filter(([door, answers]) => answers.size < 2 && !ONE_ANSWER.test(door));
  expect(alike, `seed ${SEED}`).toEqual([]);
  // It went beyond the schema, and was refused by it.
  expect(codes.ok).toBeGreaterThan(0);
  expect(codes.bad_request).toBeGreaterThan(0);
}

test("every socket request answers with a result or a code", async () => {
  expectCoded(await fuzzRequests(fuzz, PER_DOOR, SEED));
}, 120_000);

test("every HTTP door answers with a result or a code", async () => {
  expectCoded(await fuzzHttp(fuzz, PER_DOOR, SEED));
}, 120_000);

/** Deeper than any JSON.stringify goes: only by hand. */
const DEPTH = 15_000;
const deep = `${"[".repeat(DEPTH)}${"]".repeat(DEPTH)}`;

test("nesting without end is a bad request at a door and at a socket", async () => {
  const headers = { "content-type": "application/json" };
  const body = `{"token":${deep}}`;
  const response = await server.browser().fetch("/api/session", { method: "POST", headers, body });
  expect(await response.json()).toMatchObject({ code: "bad_request" });

  const socket = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  const frames: string[] = [];
  socket.on("message", (frame) => frames.push(String(frame)));
  await waitFor(() => frames.some((frame) => frame.startsWith("0")), { what: "the transport's greeting" });
  socket.send(`40${JSON.stringify({ contractVersion: CONTRACT_VERSION })}`);
  await waitFor(() => frames.some((frame) => frame.startsWith("40")), { what: "the socket's greeting" });
  const join = `{"room":{"kind":"booth","boothId":"${ground.booth.id}"},"peerKey":"a-key-of-sixteen-at-least","displayName":null,"rtpCapabilities":{"codecs":${deep}}}`;
  socket.send(`421["room:join",${join}]`);
  const answer = await waitFor(() => frames.find((frame) => frame.startsWith("431")), { what: "an answer" });
  expect(JSON.parse(answer.slice(3))).toMatchObject([{ ok: false, error: { code: "bad_request" } }]);
  socket.close();
});

test("nothing unforeseen was logged, nobody stayed, and it serves on", async () => {
  expect(errors).toEqual([]);
  await waitFor(async () => (await server.ctx.metrics.sockets.get()).values[0]?.value === 0, {
    what: "the end of all sockets",
  });
  await waitFor(
    async () => {
      const { rooms } = await server.media.request("node:describe", {});
      return rooms.every(({ peers }) => peers.length === 0);
    },
    { what: "empty rooms" },
  );
  expect((await server.browser().fetch("/readyz")).status).toBe(200);
});
