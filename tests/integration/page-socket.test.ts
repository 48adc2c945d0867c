import { afterAll, beforeAll, expect, test } from "vitest";
import { RealtimeSocket } from "../../client/src/api/socket.ts";
import { openWebSocketLink } from "../../client/src/api/socket-link.ts";
import type { ErrorBody } from "../../server/contract/errors.ts";
import { CutRelay } from "../support/cut-relay.ts";
import { createFair } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

/* The page's own socket against the real server: the protocol that it speaks is socket.io's. */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

function openSocket(): RealtimeSocket {
  const socket = new RealtimeSocket(() => server.url);
  socket.connect();
  return socket;
}
const isConnected = (socket: RealtimeSocket) => () => socket.getSnapshot().phase === "connected";

test("asks, is answered by the contract's codes, and hears notices", async () => {
  const fair = await createFair(server.db);
  const socket = openSocket();
  const heard: number[] = [];
  socket.on("stage:viewersCounted", ({ count }) => heard.push(count));
  const { state } = await socket.request("stage:watch", { stageId: fair.stage.id, isCounted: false });
  expect(state.stageId).toBe(fair.stage.id);
  const refused = socket.request("room:leave", { roomId: "nobody's" as never });
  await expect(refused).rejects.toMatchObject({ code: "bad_request" });
  server.ctx.notify.toStage(fair.stage.id, "stage:viewersCounted", { stageId: fair.stage.id, count: 4_321 });
  await waitFor(() => heard.includes(4_321), { what: "the notice" });
  expect(heard.filter((count) => count === 4_321)).toHaveLength(1);
  socket.close();
});

test("waits with a request for the connection, and comes back by itself", async () => {
  const socket = openSocket();
  let connections = 0;
  socket.onConnected(() => connections++);
  await waitFor(isConnected(socket), { what: "a connection" });
  socket.reconnect();
  expect(socket.getSnapshot().phase).toBe("reconnecting");
  const fair = await createFair(server.db);
  const answer = socket.request("stage:watch", { stageId: fair.stage.id, isCounted: false });
  expect((await answer).state.stageId).toBe(fair.stage.id);
  expect(connections).toBe(2);
  socket.close();
});

test("fails a request at its deadline when there is no server", async () => {
  const socket = new RealtimeSocket(() => "http://127.0.0.1:9");
  const asked = socket.request("stage:unwatch", { stageId: crypto.randomUUID() }, { deadlineMs: 300 });
  await expect(asked).rejects.toMatchObject({ code: "timeout" });
  socket.close();
});

test("connects anew when the line is suspected and silent, and not before", async () => {
  const webPort = Number(new URL(server.url).port);
  const relay = await CutRelay.create({ webPort, mediaPort: webPort });
  const socket = new RealtimeSocket(() => relay.url);
  socket.connect();
  await waitFor(isConnected(socket), { what: "a connection" });
  relay.cut();
  socket.suspect();
  expect(socket.getSnapshot().phase).toBe("connected");
  await waitFor(() => socket.suspect() === undefined && !isConnected(socket)(), {
    timeoutMs: 8_000,
    what: "the end of a silent link",
  });
  relay.restore();
  await waitFor(isConnected(socket), { what: "another connection" });
  expect(socket.getSnapshot().connections).toBe(2);
  socket.close();
  relay.close();
});

test("hears why it is refused", async () => {
  const refusal = await new Promise<ErrorBody | null>((resolve) => {
    openWebSocketLink(
      server.url,
      { contractVersion: -1 },
      { onOpen: () => resolve(null), onNotice: () => {}, onEnd: (end) => resolve(end.refusal) },
      4_000,
    );
  });
  expect(refusal?.code).toBe("contract_mismatch");
});
