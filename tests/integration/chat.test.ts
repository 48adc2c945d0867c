import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatIdOf } from "../../server/contract/chat.ts";
import { createFair, createLink, type Fair } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let fair: Fair;
let chatId: string;
beforeAll(async () => {
  server = await startTestServer();
  fair = await createFair(server.db);
  chatId = chatIdOf({ kind: "stage", stageId: fair.stage.id });
});
afterAll(() => server.close());

const enter = { afterSeq: null };

test("a message is acknowledged with its place and reaches everybody in the chat", async () => {
  const chat = { kind: "stage", stageId: fair.stage.id } as const;
  const [one, other] = [await server.browser().socket(), await server.browser().socket()];
  const joined = await one.request("chat:join", { chat, ...enter });
  await other.request("chat:join", { chat, ...enter });
  const messageId = randomUUID();
  const { entry } = await one.request("chat:send", {
    chatId,
    messageId,
    nickname: "Aino",
    text: "Hei kaikki",
  });
  expect(entry).toMatchObject({
    kind: "message",
    messageId,
    text: "Hei kaikki",
    author: { nickname: "Aino", role: "attendee", tag: joined.ownTag },
  });
  const heard = await other.heardOf("chat:entriesPosted");
  expect(heard.entries).toEqual([entry]);
  expect(other.faults).toEqual([]);
});
