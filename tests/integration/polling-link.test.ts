/* The page's own socket where no WebSocket gets through: it goes over to polling, and stays there over a restart. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { RealtimeSocket } from "../../client/src/api/socket.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFair } from "../support/factories.ts";
import { NoUpgradeProxy } from "../support/no-upgrade-proxy.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let database: TestDatabase;
let server: TestServer;
let proxy: NoUpgradeProxy;
beforeAll(async () => {
  database = await createTestDatabase();
  server = await startTestServer({ databaseUrl: database.url });
  proxy = await NoUpgradeProxy.create(portOf(server));
});
afterAll(async () => {
  await proxy.close();
  await server.close();
  await database.drop();
});

function portOf({ url }: TestServer): number {
  return Number(new URL(url).port);
}

test("asks, is answered, hears notices, and comes back after a restart", async () => {
  const fair = await createFair(server.db);
  const { id: stageId } = fair.stage;
  const socket = new RealtimeSocket(() => proxy.url);
  const heard: number[] = [];
  socket.on("stage:viewersCounted", ({ count }) => heard.push(count));
  let connections = 0;
  socket.onConnected(() => {
    connections += 1;
    void socket.request("stage:watch", { stageId, isCounted: false });
  });
  const tell = (count: number) =>
    server.ctx.notify.toStage(stageId, "stage:viewersCounted", { stageId, count });
  const watched = await socket.request("stage:watch", { stageId, isCounted: false });
  expect(watched.state.stageId).toBe(stageId);
  expect(proxy.refusedUpgrades).toBeGreaterThanOrEqual(2);
  tell(4_321);
  await waitFor(() => heard.includes(4_321), { what: "the notice" });

  proxy.targetPort = null;
  await server.close();
  await waitFor(() => socket.getSnapshot().phase === "reconnecting", { what: "the loss" });
  const asked = socket.request("booth:watch", { boothId: fair.booth.id }, { deadlineMs: 30_000 });
  server = await startTestServer({ databaseUrl: database.url });
  proxy.targetPort = portOf(server);
  expect(await asked).toEqual({ isStaffed: false });
  expect(connections).toBe(2);
  await socket.request("stage:watch", { stageId, isCounted: false });
  tell(1_234);
  await waitFor(() => heard.includes(1_234), { what: "the notice of the new server" });
  socket.close();
});
