import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import type { Browser } from "../support/browser.ts";
import { createFair, createLink, createPresentation, type Fair } from "../support/factories.ts";
import type { SocketClient } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let media: FakeMediaPlane;
let server: TestServer;
let fair: Fair;
let host: Browser;
let stage: { stageId: string };

beforeAll(async () => {
  media = new FakeMediaPlane();
  server = await startTestServer({ media });
});
afterAll(() => server.close());
beforeEach(async () => {
  fair = await createFair(server.db);
  stage = { stageId: fair.stage.id };
  host = await server
    .browser()
    .open(await createLink(server.db, { role: "host", eventId: fair.event.id, stageId: fair.stage.id }));
});

const readStage = (browser: Browser) =>
  browser.call("readStage", { params: { event: fair.event.slug, stage: fair.stage.slug } });

async function goLive(socket: SocketClient): Promise<string> {
  await socket.request("stage:openRehearsal", stage);
  const { state } = await socket.request("stage:goLive", stage);
  return state.broadcastId ?? "";
}

test("a stage goes from closed to rehearsal, live, ended and open again, each change told once", async () => {
  const attendee = await server.browser().socket();
  const watched = await attendee.request("stage:watch", { ...stage, isCounted: true });
  expect(watched.state).toMatchObject({ phase: "closed", broadcastId: null, scene: "slate" });
  const socket = await host.socket();
  await socket.request("stage:openRehearsal", stage);
  const live = await socket.request("stage:goLive", stage);
  expect(live.state).toMatchObject({
    phase: "live",
    playlistUrl: `/media/live/${live.state.broadcastId}/main.m3u8`,
  });
  const ended = await socket.request("stage:end", stage);
  expect(ended.state).toMatchObject({ phase: "ended", broadcastId: null, playlistUrl: null });
  await socket.request("stage:openRehearsal", stage);
  await socket.request("stage:close", stage);
  await waitFor(() => attendee.all("stage:changed").length === 5);
  const told = attendee.all("stage:changed").map(({ state }) => state);
  expect(told.map(({ phase }) => phase)).toEqual(["rehearsal", "live", "ended", "rehearsal", "closed"]);
  const seqs = told.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  expect(new Set(seqs).size).toBe(seqs.length);
  const row = await server.db.stage.findUniqueOrThrow({ where: { id: stage.stageId } });
  expect(row).toMatchObject({ phase: "closed", seq: seqs.at(-1) });
  expect(attendee.faults).toEqual([]);
});

test("refuses what the phase does not allow, and changes nothing", async () => {
  const socket = await host.socket();
  expect(await socket.codeOf("stage:goLive", stage)).toBe("wrong_phase");
  expect(await socket.codeOf("stage:end", stage)).toBe("wrong_phase");
  expect(await socket.codeOf("stage:close", stage)).toBe("wrong_phase");
  await goLive(socket);
  expect(await socket.codeOf("stage:openRehearsal", stage)).toBe("wrong_phase");
  expect(await socket.codeOf("stage:close", stage)).toBe("wrong_phase");
  expect((await readStage(host)).state.phase).toBe("live");
});

test("refuses strangers, speakers, hosts of other stages, bad payloads and unknown stages", async () => {
  const stranger = await server.browser().socket();
  expect(await stranger.codeOf("stage:openRehearsal", stage)).toBe("unauthorised");
  const speaker = await server
    .browser()
    .open(await createLink(server.db, { role: "speaker", eventId: fair.event.id, stageId: fair.stage.id }));
  const speakerSocket = await speaker.socket();
  expect(await speakerSocket.codeOf("stage:openRehearsal", stage)).toBe("forbidden");
  const other = await createFair(server.db);
  const socket = await host.socket();
  expect(await socket.codeOf("stage:openRehearsal", { stageId: other.stage.id })).toBe("forbidden");
  expect(await socket.codeOf("stage:goLive", { stageId: crypto.randomUUID() })).toBe("not_found");
  const malformed = await socket.askRaw("stage:goLive", { stageId: "x" });
  expect(malformed).toMatchObject({ ok: false, error: { code: "bad_request" } });
});

test("leaves the phase as it was when the media node is away, and works again when it is back", async () => {
  const socket = await host.socket();
  media.setConnected(false);
  expect(await socket.codeOf("stage:openRehearsal", stage)).toBe("media_unavailable");
  expect((await readStage(host)).state.phase).toBe("closed");
  media.setConnected(true);
  await socket.request("stage:openRehearsal", stage);
  media.setConnected(false);
  expect(await socket.codeOf("stage:goLive", stage)).toBe("media_unavailable");
  media.setConnected(true);
  expect((await readStage(host)).state.phase).toBe("rehearsal");
  expect(await server.db.broadcast.count({ where: stage })).toBe(0);
  await socket.request("stage:goLive", stage);
  media.setConnected(false);
  expect(await socket.codeOf("stage:end", stage)).toBe("media_unavailable");
  media.setConnected(true);
  expect((await socket.request("stage:end", stage)).state.phase).toBe("ended");
});

const isOnNode = async () =>
  (await media.request("node:describe", {})).stages.some(({ stageId }) => stageId === stage.stageId);

/** Commits are done and their answers lost; with `isUnreadable` the row cannot be asked afterwards either. */
async function losingAnswers<T>(work: () => Promise<T>, isUnreadable = false): Promise<T> {
  const { db } = server.ctx;
  const { $transaction, $queryRaw } = db;
  const lost = new Error("Connection terminated unexpectedly");
  db.$transaction = (async (transaction: never) => {
    await $transaction.call(db, transaction);
    if (isUnreadable) db.$queryRaw = (() => Promise.reject(lost)) as never;
    throw lost;
  }) as never;
  return work().finally(() => Object.assign(db, { $transaction, $queryRaw }));
}

test("each change of phase is done when its commit was and only the answer was lost", async () => {
  const socket = await host.socket();
  const steps = ["openRehearsal", "goLive", "end", "openRehearsal", "close"] as const;
  for (const step of steps) {
    const code = await losingAnswers(() => socket.codeOf(`stage:${step}`, stage));
    expect(`${step}: ${code}`).toBe(`${step}: ok`);
  }
  expect((await readStage(host)).state.phase).toBe("closed");
  const ofStage = { broadcast: { stageId: stage.stageId, endedAt: { not: null } } };
  expect(await server.db.recording.count({ where: ofStage })).toBe(1);
});

test.for([
  ["openRehearsal", "rehearsal"],
  ["goLive", "live"],
  ["end", "ended"],
  ["close", "closed"],
] as const)("%s whose outcome nobody knows is told when the rows can be read", async ([step, phase]) => {
  const socket = await host.socket();
  const before = { openRehearsal: [], goLive: ["openRehearsal"], close: ["openRehearsal"] } as const;
  for (const one of step === "end" ? (["openRehearsal", "goLive"] as const) : before[step])
    await socket.request(`stage:${one}`, stage);
  const attendee = await server.browser().socket();
  await attendee.request("stage:watch", { ...stage, isCounted: true });
  const notices: string[] = [];
  const stop = server.ctx.domain.on("stageChanged", (notice) => void notices.push(notice.phase));
  const code = await losingAnswers(() => socket.codeOf(`stage:${step}`, stage), true);
  expect(code).toBe("database_unavailable");
  await attendee.heardOf("stage:changed", ({ state }) => state.phase === phase);
  stop();
  expect(notices).toEqual([phase]);
  expect((await readStage(host)).state.phase).toBe(phase);
  expect(await socket.codeOf(`stage:${step}`, stage)).toBe("wrong_phase");
  if (phase === "closed") await waitFor(async () => !(await isOnNode()), { what: "its end on the node" });
});

test("is live when the commit was done and only its answer was lost", async () => {
  const socket = await host.socket();
  await socket.request("stage:openRehearsal", stage);
  const code = await losingAnswers(() => socket.codeOf("stage:goLive", stage));
  expect(code).toBe("ok");
  const { state } = await readStage(host);
  expect(state.phase).toBe("live");
  const { stages } = await media.request("node:describe", {});
  const onNode = stages.find(({ stageId }) => stageId === stage.stageId);
  expect(onNode?.broadcastId).toBe(state.broadcastId);
  expect(await server.db.broadcast.count({ where: { id: state.broadcastId ?? "", endedAt: null } })).toBe(1);
});

test("each end leaves people backstage for a minute, also one soon after another", async () => {
  const drive = async (...steps: ("openRehearsal" | "goLive" | "end")[]) => {
    const socket = await host.socket();
    for (const step of steps) await socket.request(`stage:${step}`, stage);
  };
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  try {
    await drive("openRehearsal", "goLive", "end");
    vi.advanceTimersByTime(40_000);
    await drive("openRehearsal", "goLive", "end");
    vi.advanceTimersByTime(40_000);
    await sleep(100);
    expect(await isOnNode()).toBe(true);
    vi.advanceTimersByTime(20_000);
    await waitFor(async () => !(await isOnNode()), { what: "the stage's end on the node" });
  } finally {
    vi.useRealTimers();
  }
});

test("opens the stage and takes up the same broadcast on a media node that was restarted", async () => {
  const broadcastId = await goLive(await host.socket());
  media.setConnected(false);
  media.forgetEverything();
  media.setConnected(true);
  const described = await waitFor(async () => {
    const { stages } = await media.request("node:describe", {});
    return stages.find((open) => open.stageId === stage.stageId && open.broadcastId !== null);
  });
  expect(described.broadcastId).toBe(broadcastId);
});

test("closes on the media node what the database does not have open", async () => {
  const slate = { reason: "end", eventName: "", title: "", subtitle: "", nextLine: "" } as const;
  await media.request("stage:open", { stageId: fair.stage.id, slate });
  media.setConnected(false);
  media.setConnected(true);
  await waitFor(async () => {
    const { stages } = await media.request("node:describe", {});
    return stages.every((open) => open.stageId !== fair.stage.id);
  });
});

test("tells the scene and a failing recording to those who watch", async () => {
  const attendee = await server.browser().socket();
  await attendee.request("stage:watch", { ...stage, isCounted: false });
  const broadcastId = await goLive(await host.socket());
  media.emit("stage:sceneChanged", { ...stage, scene: "full" });
  await attendee.heardOf("stage:changed", ({ state }) => state.scene === "full");
  media.emit("stage:recordingChanged", { ...stage, broadcastId, failure: "disk_full" });
  const failing = await attendee.heardOf("stage:changed", ({ state }) => state.isRecordingFailing);
  media.emit("stage:recordingChanged", { ...stage, broadcastId, failure: null });
  await attendee.heardOf(
    "stage:changed",
    ({ state }) => state.seq > failing.state.seq && !state.isRecordingFailing,
  );
});

test("tells those who watch that the programme keeps failing, with its slate, until it runs again", async () => {
  const attendee = await server.browser().socket();
  await attendee.request("stage:watch", { ...stage, isCounted: false });
  await goLive(await host.socket());
  media.emit("stage:mixerChanged", { ...stage, state: "restarting" });
  media.emit("stage:mixerChanged", { ...stage, state: "failing" });
  await attendee.heardOf("stage:changed", ({ state }) => state.isProgrammeFailing);
  const page = await readStage(server.browser());
  expect(page.state.isProgrammeFailing).toBe(true);
  media.emit("stage:mixerChanged", { ...stage, state: "running" });
  await attendee.heardOf(
    "stage:changed",
    ({ state }) => state.seq > page.state.seq && !state.isProgrammeFailing,
  );
});

test("counts browsers, not tabs; whoever makes the programme sees it at once, nobody in the audience is told who comes", async () => {
  const [first, second] = [server.browser(), server.browser()];
  const tabs = [await first.socket(), await first.socket(), await second.socket()];
  for (const tab of tabs) await tab.request("stage:watch", { ...stage, isCounted: true });
  const desk = await host.socket();
  expect((await desk.request("stage:watch", { ...stage, isCounted: false })).viewerCount).toBe(2);
  tabs[2]?.close();
  await waitFor(() => desk.all("stage:viewersCounted").at(-1)?.count === 1);
  expect((await readStage(host)).viewerCount).toBe(1);
  expect(desk.all("stage:viewersCounted").length).toBeLessThanOrEqual(2);
  for (const tab of tabs) expect(tab.all("stage:viewersCounted")).toEqual([]);
});

test("shows what the asker may do, the schedule, and what is on now and next", async () => {
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  const now = await createPresentation(server.db, { ...stage, startsAt: at(-5), lengthSeconds: 900 });
  const next = await createPresentation(server.db, { ...stage, startsAt: at(30) });
  const view = await readStage(server.browser());
  expect(view.state).toMatchObject({ nowId: now.id, nextId: next.id });
  expect(view.schedule.map(({ id }) => id)).toEqual([now.id, next.id]);
  expect(view.can).toEqual({ enterBackstage: false, drive: false, moderate: false });
  expect((await readStage(host)).can).toEqual({ enterBackstage: true, drive: true, moderate: true });
  expect(await host.codeOf("readStage", { params: { event: fair.event.slug, stage: "ei-ole" } })).toBe(
    "not_found",
  );
});

test("makes the recording of the broadcast at its end and tells of it", async () => {
  const told: string[] = [];
  const stop = server.ctx.domain.on("recordingChanged", ({ recordingId }) => void told.push(recordingId));
  const socket = await host.socket();
  const broadcastId = await goLive(socket);
  await socket.request("stage:end", stage);
  const broadcast = await server.db.broadcast.findUniqueOrThrow({
    where: { id: broadcastId },
    include: { recordings: true },
  });
  const [recording, ...others] = broadcast.recordings;
  expect(others).toEqual([]);
  expect(recording).toMatchObject({
    presentationId: null,
    startedAt: broadcast.startedAt,
    endedAt: broadcast.endedAt,
  });
  expect(told).toContain(recording?.id);
  stop();
});
