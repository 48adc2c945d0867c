import { request } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { z } from "zod";
import {
  CONTRACT_VERSION,
  MAX_SOCKET_FRAME_BYTES,
  type RequestName,
  requests,
} from "../../server/contract/realtime.ts";
import { createFair, createLink } from "../support/factories.ts";
import { connectSocket } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const names = Object.keys(requests) as RequestName[];

test("a page of another contract is told to reload", async () => {
  for (const contractVersion of [0, "1", undefined])
    await expect(connectSocket(server.url, { contractVersion })).rejects.toThrow("contract_mismatch");
});

test("pages of other origins get no socket, over neither transport", async () => {
  for (const origin of ["https://evil.example", "null", "http://127.0.0.1:1"])
    for (const transports of [["websocket"], ["polling"]] as const)
      await expect(connectSocket(server.url, { origin, transports: [...transports] })).rejects.toThrow();
  for (const origin of [server.url, server.config.publicUrl])
    (await connectSocket(server.url, { origin })).close();
});

test("polling serves where websockets do not get through", async () => {
  const socket = await connectSocket(server.url, { transports: ["polling"] });
  expect(await socket.codeOf("chat:leave", { chatId: `stage:${crypto.randomUUID()}` })).toBe("ok");
  socket.close();
});

test("unknown requests are answered as bad ones, a request without an acknowledgement is passed over", async () => {
  const socket = await server.browser().socket();
  for (const name of ["stage:explode", "__proto__", "constructor", "toString", ""])
    expect(await socket.askRaw(name, {})).toMatchObject({ ok: false, error: { code: "bad_request" } });
  socket.raw.emit("chat:join", { chat: 1 });
  socket.raw.emit("chat:join");
  expect(await socket.askRaw("chat:join")).toMatchObject({ ok: false, error: { code: "bad_request" } });
  expect(await socket.askRaw("chat:join", {}, {})).toMatchObject({
    ok: false,
    error: { code: "bad_request" },
  });
  expect(socket.raw.connected).toBe(true);
});

test("every request of the contract is answered, and garbage is a bad request", async () => {
  for (const name of names) {
    const socket = await connectSocket(server.url);
    for (const garbage of [null, 1, "x", [], {}, { a: 1 }, { chatId: {} }, { roomId: "booth:" }])
      expect(await socket.askRaw(name, garbage), name).toMatchObject({
        ok: false,
        error: { code: "bad_request" },
      });
    socket.close();
  }
});

test("whatever the payload, each request is answered once, in the contract's codes, and the server lives", async () => {
  const near = fc.constantFrom(...names).chain((name) => {
    const keys = Object.keys(
      (z.toJSONSchema(requests[name].data, { unrepresentable: "any" }).properties ?? {}) as object,
    );
    const value = fc.oneof(
      fc.jsonValue(),
      fc.uuid(),
      fc.constantFrom(null, true, -1, 1e308, "booth:x", "\u0000"),
    );
    return fc.record({
      name: fc.constant(name),
      data: fc.record(Object.fromEntries(keys.map((key) => [key, value]))),
    });
  });
  await fc.assert(
    fc.asyncProperty(near, async ({ name, data }) => {
      const socket = await connectSocket(server.url);
      const answer = await socket.askRaw(name, data);
      socket.close();
      if (answer.ok) return;
      expect(answer.error.code).not.toBe("internal");
      expect(answer.error.message).not.toMatch(/prisma|select |at file|node_modules|stack/i);
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("a frame past the bound ends the socket that sent it and nobody else's", async () => {
  const [sender, other] = [await server.browser().socket(), await server.browser().socket()];
  sender.raw.emit("chat:send", { text: "x".repeat(MAX_SOCKET_FRAME_BYTES + 1000) });
  await waitFor(() => !sender.raw.connected, { what: "the end of the socket" });
  expect(await other.codeOf("chat:leave", { chatId: `stage:${crypto.randomUUID()}` })).toBe("ok");
});

test("a socket that asks without end is told to wait, then dropped with a word, while others are served", async () => {
  const [flooder, other] = [await server.browser().socket(), await server.browser().socket()];
  const chatId = `stage:${crypto.randomUUID()}`;
  const dropped = async () => (await server.ctx.metrics.socketsDropped.get()).values[0]?.value ?? 0;
  const before = await dropped();
  const answers = Array.from({ length: 100 }, () => flooder.codeOf("chat:leave", { chatId }));
  const codes = new Set(await Promise.all(answers));
  expect(codes).toEqual(new Set(["ok", "too_many_requests"]));
  for (let turn = 0; turn < 2_000; turn += 1) flooder.raw.emit("chat:leave", { chatId });
  expect(await other.codeOf("chat:leave", { chatId })).toBe("ok");
  await waitFor(() => !flooder.raw.connected, { what: "the end of the socket" });
  expect(flooder.all("socket:dropped")).toEqual([{ code: "too_many_requests" }]);
  expect(await dropped()).toBe(before + 1);
  expect(other.raw.connected).toBe(true);
});

test("frames that are no requests count too, and large ones by their size", async () => {
  const [chatty, heavy] = [await server.browser().socket(), await server.browser().socket()];
  for (let turn = 0; turn < 1_000; turn += 1) chatty.raw.io.engine.write("3garbage");
  for (let turn = 0; turn < 40; turn += 1) heavy.raw.emit("chat:leave", "x".repeat(60_000));
  for (const socket of [chatty, heavy])
    await waitFor(() => !socket.raw.connected, { what: "the end of the socket" });
  expect(heavy.all("socket:dropped")).toHaveLength(1);
});

/** A websocket that talks and never reads: what it is told stays in the server, past what the system holds. */
async function connectDeaf(): Promise<WebSocket> {
  const deaf = new WebSocket(`${server.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  const hears = (start: string) =>
    new Promise<void>((resolve) => deaf.on("message", (data) => String(data).startsWith(start) && resolve()));
  await hears("0");
  const isIn = hears("40");
  deaf.send(`40${JSON.stringify({ contractVersion: CONTRACT_VERSION })}`);
  await isIn;
  deaf.pause();
  return deaf;
}
const openSockets = async () => (await server.ctx.metrics.sockets.get()).values[0]?.value ?? 0;

test("who asks for pages of chat and reads none of the answers is dropped", async () => {
  const fair = await createFair(server.db);
  const chatId = `stage:${fair.stage.id}`;
  const entry = { chatId, text: "漢".repeat(1000), nickname: "漢", authorTag: "tag" };
  await server.db.chat.create({ data: { id: chatId, lastSeq: 100 } });
  await server.db.chatEntry.createMany({
    data: Array.from({ length: 100 }, (_, n) => ({ ...entry, seq: n + 1, messageId: crypto.randomUUID() })),
  });
  const before = await openSockets();
  const deaf = await connectDeaf();
  for (let id = 0; id < 60; id++)
    deaf.send(`42${id}${JSON.stringify(["chat:readBefore", { chatId, beforeSeq: 1_000 }])}`);
  await waitFor(
    async () => {
      deaf.send("3");
      return (await openSockets()) === before;
    },
    { what: "the end of the socket" },
  );
  deaf.terminate();
});

test("a websocket's own pings count as frames", async () => {
  const before = await openSockets();
  const deaf = await connectDeaf();
  for (let n = 0; n < 2_000; n++) deaf.ping("x".repeat(125));
  await waitFor(async () => (await openSockets()) === before, { what: "the end of the socket" });
  deaf.terminate();
});

test("a session that gains a right has it on its sockets at once; one that loses it loses the socket", async () => {
  const fair = await createFair(server.db);
  const eventId = fair.event.id;
  const browser = await server.browser().open(await createLink(server.db, { role: "screen", eventId }));
  const socket = await browser.socket();
  const chat = { kind: "stage", stageId: fair.stage.id } as const;
  expect((await socket.request("chat:join", { chat, afterSeq: null })).canModerate).toBe(false);
  const link = await createLink(server.db, { role: "organiser", eventId });
  await browser.open(link);
  await waitFor(async () => (await socket.request("chat:join", { chat, afterSeq: null })).canModerate);
  await browser.call("leaveSession");
  await waitFor(() => !socket.raw.connected, { what: "the end of the socket" });
});

test("a websocket handshake with a broken cookie is a guest's", async () => {
  const cookie = `torilla_session=${"A".repeat(43)}; torilla_guest=<script>; other=${"x".repeat(500)}`;
  const socket = await connectSocket(server.url, { cookie });
  expect(await socket.codeOf("chat:leave", { chatId: `stage:${crypto.randomUUID()}` })).toBe("ok");
  socket.close();
});

test("half a handshake leaves nothing behind", async () => {
  const before = (await server.ctx.metrics.sockets.get()).values[0]?.value ?? 0;
  for (let turn = 0; turn < 10; turn += 1) {
    const upgrade = request(`${server.url}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "x",
      },
    });
    upgrade.on("error", () => {});
    upgrade.end();
    await waitFor(() => upgrade.destroyed || upgrade.closed || upgrade.writableEnded);
    upgrade.destroy();
  }
  await waitFor(async () => ((await server.ctx.metrics.sockets.get()).values[0]?.value ?? 0) <= before);
});
