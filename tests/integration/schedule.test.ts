import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import type { PresentationDraft } from "../../server/contract/events.ts";
import type { Browser } from "../support/browser.ts";
import { createFair, createLink, createStage, type Fair, text } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let server: TestServer;
let fair: Fair;
let organiser: Browser;

beforeAll(async () => {
  server = await startTestServer({ media: new FakeMediaPlane() });
});
afterAll(() => server.close());
beforeEach(async () => {
  fair = await createFair(server.db);
  organiser = await server
    .browser()
    .open(await createLink(server.db, { role: "organiser", eventId: fair.event.id }));
});

const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const draft = (changes: Partial<PresentationDraft> = {}): PresentationDraft => ({
  stageId: fair.stage.id,
  kind: "live",
  title: text("Unen merkitys"),
  description: text("Luento"),
  speaker: "Aino Esimerkki",
  startsAt: at(120),
  lengthSeconds: 1800,
  ...changes,
});
const params = () => ({ event: fair.event.slug });
const add = (changes: Partial<PresentationDraft> = {}) =>
  organiser.call("createPresentation", { params: params(), body: draft(changes) });

test("two organisers who change different things at the same time: both stay", async () => {
  const { id: presentationId } = await add();
  const change = (body: Partial<PresentationDraft>) =>
    organiser.call("updatePresentation", { params: { ...params(), presentationId }, body });
  for (let turn = 1; turn <= 10; turn += 1) {
    await Promise.all([change({ speaker: `Puhuja ${turn}` }), change({ lengthSeconds: 600 + turn })]);
    const { presentations } = await organiser.call("readManagedEvent", { params: params() });
    expect(presentations[0]).toMatchObject({ speaker: `Puhuja ${turn}`, lengthSeconds: 600 + turn });
  }
});

test("adds, changes, moves and deletes a presentation, and tells those who watch", async () => {
  const viewer = await server.browser().socket();
  await viewer.request("stage:watch", { stageId: fair.stage.id, isCounted: false });
  const manager = await organiser.socket();
  await manager.request("manage:watch", { eventId: fair.event.id });
  const added = await add();
  await viewer.heardOf("stage:scheduleChanged", ({ schedule }) => schedule[0]?.id === added.id);
  await manager.heardOf("stage:scheduleChanged", ({ schedule }) => schedule[0]?.id === added.id);
  const presentation = { ...params(), presentationId: added.id };
  const changed = await organiser.call("updatePresentation", {
    params: presentation,
    body: { title: text("Uusi nimi"), startsAt: at(180) },
  });
  expect(changed).toMatchObject({ title: { fi: "Uusi nimi" }, speaker: "Aino Esimerkki", media: null });
  const managed = await organiser.call("readManagedEvent", { params: params() });
  expect(managed.presentations.map(({ id }) => id)).toEqual([added.id]);
  await organiser.call("deletePresentation", { params: presentation });
  await viewer.heardOf("stage:scheduleChanged", ({ schedule }) => schedule.length === 0);
  expect(await organiser.codeOf("deletePresentation", { params: presentation })).toBe("not_found");
  expect([...viewer.faults, ...manager.faults]).toEqual([]);
});

test("moves a presentation to another stage, and tells both", async () => {
  const other = await createStage(server.db, { eventId: fair.event.id });
  const viewer = await server.browser().socket();
  await viewer.request("stage:watch", { stageId: fair.stage.id, isCounted: false });
  await viewer.request("stage:watch", { stageId: other.id, isCounted: false });
  const added = await add();
  await organiser.call("updatePresentation", {
    params: { ...params(), presentationId: added.id },
    body: { stageId: other.id },
  });
  await viewer.heardOf(
    "stage:scheduleChanged",
    (told) => told.stageId === other.id && told.schedule.length === 1,
  );
  await waitFor(() => {
    const last = viewer.all("stage:scheduleChanged").findLast((told) => told.stageId === fair.stage.id);
    return last?.schedule.length === 0;
  });
});

test("refuses two presentations at one time on one stage", async () => {
  const first = await add({ startsAt: at(120), lengthSeconds: 1800 });
  expect(
    await organiser.codeOf("createPresentation", { params: params(), body: draft({ startsAt: at(140) }) }),
  ).toBe("conflict");
  expect(
    await organiser.codeOf("createPresentation", {
      params: params(),
      body: draft({ startsAt: at(60), lengthSeconds: 3 * 3600 }),
    }),
  ).toBe("conflict");
  await add({ startsAt: new Date(Date.parse(first.startsAt) + 1800_000).toISOString() });
  await add({ startsAt: new Date(Date.parse(first.startsAt) - 600_000).toISOString(), lengthSeconds: 600 });
  const presentation = { ...params(), presentationId: first.id };
  expect(
    await organiser.codeOf("updatePresentation", { params: presentation, body: { lengthSeconds: 1860 } }),
  ).toBe("conflict");
  expect(await organiser.codeOf("updatePresentation", { params: presentation, body: { speaker: "B" } })).toBe(
    "ok",
  );
});

test("lets one of two organisers have a time that both take at once", async () => {
  const codes = await Promise.all(
    Array.from({ length: 6 }, () =>
      organiser.codeOf("createPresentation", { params: params(), body: draft() }),
    ),
  );
  expect(codes.toSorted()).toEqual(["conflict", "conflict", "conflict", "conflict", "conflict", "ok"]);
});

test("refuses everybody but the event's organisers, and stages of other events", async () => {
  const stranger = server.browser();
  expect(await stranger.codeOf("readManagedEvent", { params: params() })).toBe("unauthorised");
  expect(await stranger.codeOf("createPresentation", { params: params(), body: draft() })).toBe(
    "unauthorised",
  );
  const host = await server
    .browser()
    .open(await createLink(server.db, { role: "host", eventId: fair.event.id, stageId: fair.stage.id }));
  expect(await host.codeOf("createPresentation", { params: params(), body: draft() })).toBe("forbidden");
  const hostSocket = await host.socket();
  expect(await hostSocket.codeOf("manage:watch", { eventId: fair.event.id })).toBe("forbidden");
  const other = await createFair(server.db);
  expect(
    await organiser.codeOf("createPresentation", {
      params: params(),
      body: draft({ stageId: other.stage.id }),
    }),
  ).toBe("not_found");
  const added = await add();
  const foreign = await server
    .browser()
    .open(await createLink(server.db, { role: "organiser", eventId: other.event.id }));
  const elsewhere = { event: other.event.slug, presentationId: added.id };
  expect(await foreign.codeOf("deletePresentation", { params: elsewhere })).toBe("not_found");
  expect(
    await foreign.codeOf("deletePresentation", { params: { ...params(), presentationId: added.id } }),
  ).toBe("forbidden");
});

test("refuses bad drafts", async () => {
  const refused = [
    { lengthSeconds: 10 },
    { lengthSeconds: 25 * 3600 },
    { startsAt: "huomenna" },
    { title: { fi: "", sv: "", en: "" } },
    { kind: "rave" as never },
  ];
  for (const changes of refused)
    expect(await organiser.codeOf("createPresentation", { params: params(), body: draft(changes) })).toBe(
      "bad_request",
    );
});
