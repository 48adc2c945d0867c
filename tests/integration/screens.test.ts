import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import type { Browser } from "../support/browser.ts";
import { createFair, createLink, createRecording, type Fair } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let fair: Fair;
let screen: Browser;

beforeAll(async () => {
  server = await startTestServer({ media: new FakeMediaPlane() });
});
afterAll(() => server.close());
beforeEach(async () => {
  fair = await createFair(server.db);
  screen = await server.browser().open(
    await createLink(server.db, {
      role: "screen",
      eventId: fair.event.id,
      label: "Osasto 3",
      language: "sv",
    }),
  );
});

test("shows a screen its own event, with stages and published replays", async () => {
  const shown = await createRecording(server.db, { stageId: fair.stage.id });
  await createRecording(server.db, { stageId: fair.stage.id, isPublished: false });
  const other = await createFair(server.db);
  await createRecording(server.db, { stageId: other.stage.id });
  const view = await screen.call("readScreen");
  expect(view).toMatchObject({
    name: "Osasto 3",
    language: "sv",
    event: { slug: fair.event.slug, isLive: false },
  });
  expect(view.stages.map(({ id }) => id)).toEqual([fair.stage.id]);
  expect(view.replays.map(({ id }) => id)).toEqual([shown.id]);
});

test("follows the stage like any other viewer", async () => {
  const socket = await screen.socket();
  await socket.request("stage:watch", { stageId: fair.stage.id, isCounted: false });
  const host = await server
    .browser()
    .open(await createLink(server.db, { role: "host", eventId: fair.event.id, stageId: fair.stage.id }));
  const hostSocket = await host.socket();
  await hostSocket.request("stage:openRehearsal", { stageId: fair.stage.id });
  await hostSocket.request("stage:goLive", { stageId: fair.stage.id });
  await socket.heardOf("stage:changed", ({ state }) => state.phase === "live");
  const view = await screen.call("readScreen");
  expect(view.event.isLive).toBe(true);
  expect(view.stages[0]?.state.playlistUrl).toMatch(/^\/media\/live\//);
  expect(view.stages[0]?.can.drive).toBe(false);
});

test("refuses whoever is no screen, and a screen whose link was revoked", async () => {
  expect(await server.browser().codeOf("readScreen")).toBe("unauthorised");
  const host = await server
    .browser()
    .open(await createLink(server.db, { role: "host", eventId: fair.event.id, stageId: fair.stage.id }));
  expect(await host.codeOf("readScreen")).toBe("unauthorised");
  await server.db.accessToken.updateMany({ where: { role: "screen" }, data: { revokedAt: new Date() } });
  expect(await screen.codeOf("readScreen")).toBe("unauthorised");
});
