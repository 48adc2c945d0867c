import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatIdOf } from "../../server/contract/chat.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createDatabaseGate, type DatabaseGate } from "../support/database-gate.ts";
import { createFair } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let database: TestDatabase;
let gate: DatabaseGate;
let server: TestServer;
beforeAll(async () => {
  database = await createTestDatabase();
  gate = await createDatabaseGate(database.url);
  server = await startTestServer({ databaseUrl: gate.url });
});
afterAll(async () => {
  await server.close();
  await gate.close();
  await database.drop();
});

test("while PostgreSQL is away messages wait in the client and arrive once, and what is known is still shown", async () => {
  const fair = await createFair(server.db);
  const chat = { kind: "stage", stageId: fair.stage.id } as const;
  const chatId = chatIdOf(chat);
  const browser = server.browser();
  const [writer, reader] = [await browser.socket(), await server.browser().socket()];
  for (const socket of [writer, reader]) await socket.request("chat:join", { chat, afterSeq: null });
  const message = { chatId, messageId: randomUUID(), nickname: null, text: "Kuuluuko?" };
  await writer.request("chat:send", { ...message, messageId: randomUUID(), text: "Ennen" });
  expect(await browser.codeOf("readEvent", { params: { event: fair.event.slug } })).toBe("ok");

  await gate.shut();
  expect(await writer.codeOf("chat:send", message)).toBe("database_unavailable");
  expect((await browser.fetch("/readyz")).status).toBe(503);
  expect((await browser.fetch("/healthz")).status).toBe(200);
  expect(await browser.codeOf("readEvent", { params: { event: fair.event.slug } })).toBe("ok");
  const late = await server.browser().socket();
  const { entries } = await late.request("chat:join", { chat, afterSeq: null });
  expect(entries).toMatchObject([{ seq: 1, text: "Ennen" }]);

  await gate.open();
  const entry = await waitFor(async () => {
    const answer = await writer.ask("chat:send", message);
    return answer.ok && answer.data.entry;
  });
  expect(entry).toMatchObject({ seq: 2, text: "Kuuluuko?" });
  expect((await writer.request("chat:send", message)).entry).toEqual(entry);
  await reader.heardOf("chat:entriesPosted", (notice) => notice.entries.some((one) => one.seq === 2));
  expect(reader.all("chat:entriesPosted").flatMap((notice) => notice.entries.map((one) => one.seq))).toEqual([
    1, 2,
  ]);
  await waitFor(async () => (await browser.fetch("/readyz")).status === 200, { what: "readiness" });
});

test("a message whose commit was not seen here is told to all as soon as it is found", async () => {
  const fair = await createFair(server.db);
  const chat = { kind: "booth", boothId: fair.booth.id } as const;
  const chatId = chatIdOf(chat);
  const [writer, reader] = [await server.browser().socket(), await server.browser().socket()];
  for (const socket of [writer, reader]) await socket.request("chat:join", { chat, afterSeq: null });
  await server.db.chat.create({ data: { id: chatId, lastSeq: 1 } });
  await server.db.chatEntry.create({
    data: { chatId, seq: 1, messageId: randomUUID(), text: "Toisesta prosessista" },
  });
  await writer.request("chat:send", { chatId, messageId: randomUUID(), nickname: null, text: "Täältä" });
  await reader.heardOf("chat:entriesPosted");
  expect(reader.all("chat:entriesPosted").flatMap((notice) => notice.entries.map((one) => one.seq))).toEqual([
    1, 2,
  ]);
});
