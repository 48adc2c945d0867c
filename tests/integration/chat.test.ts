import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ChatEntry, type ChatRef, chatIdOf } from "../../server/contract/chat.ts";
import { createFair, createLink, type Fair } from "../support/factories.ts";
import type { SocketClient } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const stageChat = (fair: Fair): ChatRef => ({ kind: "stage", stageId: fair.stage.id });
const boothChat = (fair: Fair): ChatRef => ({ kind: "booth", boothId: fair.booth.id });

async function visitor(chat?: ChatRef) {
  const socket = await server.browser().socket();
  if (chat !== undefined) await socket.request("chat:join", { chat, afterSeq: null });
  return socket;
}
async function helper(fair: Fair, role: "host" | "staff" | "organiser") {
  const link = await createLink(server.db, {
    role,
    eventId: fair.event.id,
    ...(role === "host" ? { stageId: fair.stage.id } : {}),
    ...(role === "staff" ? { boothId: fair.booth.id } : {}),
  });
  return (await server.browser().open(link)).socket();
}
function send(
  socket: SocketClient,
  chat: ChatRef,
  text: string,
  options: { id?: string; nickname?: string } = {},
) {
  const messageId = options.id ?? randomUUID();
  return socket.ask("chat:send", {
    chatId: chatIdOf(chat),
    messageId,
    nickname: options.nickname ?? null,
    text,
  });
}
async function sent(socket: SocketClient, chat: ChatRef, text: string, options: { id?: string } = {}) {
  const answer = await send(socket, chat, text, options);
  if (!answer.ok) throw new Error(answer.error.code);
  return answer.data.entry;
}
const heardBy = (socket: SocketClient) =>
  socket.all("chat:entriesPosted").flatMap((notice) => notice.entries);

test("a message is acknowledged with its place and reaches everybody in the chat", async () => {
  const chat = stageChat(await createFair(server.db));
  const [one, other] = [await visitor(), await visitor(chat)];
  const { ownTag } = await one.request("chat:join", { chat, afterSeq: null });
  const messageId = randomUUID();
  const answer = await send(one, chat, "  Hei kaikki ", { id: messageId, nickname: "Aino" });
  const author = { nickname: "Aino", role: "attendee", tag: ownTag };
  const entry = { kind: "message", seq: 1, messageId, author, text: "Hei kaikki" };
  expect(answer).toMatchObject({ ok: true, data: { entry } });
  expect((await other.heardOf("chat:entriesPosted")).entries).toMatchObject([entry]);
  expect(other.faults).toEqual([]);
});

test("many writers at once: one order for all, without gaps", async () => {
  const chat = stageChat(await createFair(server.db));
  const writers = await Promise.all(Array.from({ length: 20 }, () => visitor(chat)));
  const texts = writers.flatMap((_writer, index) => [1, 2, 3, 4].map((turn) => `${index}/${turn}`));
  const acked = await Promise.all(
    texts.map((text) => sent(writers[Number(text.split("/")[0])] as SocketClient, chat, text)),
  );
  expect(acked.map((entry) => entry.seq).sort((a, b) => a - b)).toEqual(
    texts.map((_text, index) => index + 1),
  );
  for (const writer of writers) {
    await waitFor(() => heardBy(writer).length === texts.length, { what: "all messages" });
    expect(heardBy(writer).map((entry) => entry.seq)).toEqual(texts.map((_text, index) => index + 1));
  }
  const kept = await server.db.chatEntry.count({ where: { chatId: chatIdOf(chat) } });
  expect(kept).toBe(texts.length);
});

test("a repeated message id answers the first entry and posts nothing", async () => {
  const chat = stageChat(await createFair(server.db));
  const socket = await visitor(chat);
  const id = randomUUID();
  const first = await sent(socket, chat, "Kerran", { id });
  const [again, third] = await Promise.all([
    sent(socket, chat, "Kerran", { id }),
    sent(socket, chat, "Muu", { id }),
  ]);
  expect([again, third]).toEqual([first, first]);
  expect(await server.db.chatEntry.count({ where: { chatId: chatIdOf(chat) } })).toBe(1);
});

test("the id of another's message is refused", async () => {
  const chat = stageChat(await createFair(server.db));
  const [one, other] = [await visitor(chat), await visitor(chat)];
  const id = randomUUID();
  await sent(one, chat, "Minun", { id });
  expect(await send(other, chat, "Sinun", { id })).toMatchObject({ ok: false, error: { code: "conflict" } });
});

test("catch-up gives what came after, pages at a time, and history what came before", async () => {
  const fair = await createFair(server.db);
  const chat = stageChat(fair);
  const chatId = chatIdOf(chat);
  await server.db.chat.create({ data: { id: chatId, lastSeq: 250 } });
  await server.db.chatEntry.createMany({
    data: Array.from({ length: 250 }, (_none, index) => ({
      chatId,
      seq: index + 1,
      messageId: randomUUID(),
      text: `viesti ${index + 1}`,
    })),
  });
  const socket = await visitor();
  const seqs = (page: { entries: ChatEntry[] }) => [page.entries[0]?.seq, page.entries.at(-1)?.seq];
  const newest = await socket.request("chat:join", { chat, afterSeq: null });
  expect([...seqs(newest), newest.lastSeq, newest.hasMore]).toEqual([151, 250, 250, true]);
  const older = await socket.request("chat:readBefore", { chatId, beforeSeq: 151 });
  expect([...seqs(older), older.hasMore]).toEqual([51, 150, true]);
  const oldest = await socket.request("chat:readBefore", { chatId, beforeSeq: 51 });
  expect([...seqs(oldest), oldest.hasMore]).toEqual([1, 50, false]);
  const missed = await socket.request("chat:join", { chat, afterSeq: 240 });
  expect([...seqs(missed), missed.hasMore]).toEqual([241, 250, false]);
  const far = await socket.request("chat:join", { chat, afterSeq: 20 });
  expect([...seqs(far), far.lastSeq, far.hasMore]).toEqual([21, 120, 250, true]);
  const all = await socket.request("chat:join", { chat, afterSeq: 250 });
  expect([all.entries, all.hasMore]).toEqual([[], false]);
});

test("a deleted message is an entry of its own, and its text is gone for good", async () => {
  const fair = await createFair(server.db);
  const chat = stageChat(fair);
  const chatId = chatIdOf(chat);
  const [author, host, late] = [await visitor(chat), await helper(fair, "host"), await visitor()];
  const { canModerate } = await host.request("chat:join", { chat, afterSeq: null });
  expect(canModerate).toBe(true);
  const message = await sent(author, chat, "Törkeä");
  const { entry } = await host.request("chat:delete", { chatId, messageId: message.messageId });
  expect(entry).toEqual({ kind: "deleted", seq: 2, messageId: message.messageId });
  await waitFor(() => heardBy(author).some((heard) => heard.kind === "deleted"), { what: "the deletion" });
  const { entries } = await late.request("chat:join", { chat, afterSeq: null });
  expect(entries).toEqual([{ ...entry, seq: 1 }, entry]);
  expect(await host.request("chat:delete", { chatId, messageId: message.messageId })).toEqual({ entry });
  const rows = await server.db.chatEntry.findMany({ where: { chatId } });
  expect(rows.map((row) => [row.text, row.nickname])).toEqual([
    [null, null],
    [null, null],
  ]);
  expect(await author.codeOf("chat:delete", { chatId, messageId: randomUUID() })).toBe("unauthorised");
  expect(await host.codeOf("chat:delete", { chatId, messageId: randomUUID() })).toBe("not_found");
});

test("only hosts of the stage, staff of the booth and organisers of the event delete", async () => {
  const [fair, other] = [await createFair(server.db), await createFair(server.db)];
  const people = {
    attendee: await visitor(),
    host: await helper(fair, "host"),
    staff: await helper(fair, "staff"),
    organiser: await helper(fair, "organiser"),
    otherHost: await helper(other, "host"),
    otherOrganiser: await helper(other, "organiser"),
  };
  async function codes(chat: ChatRef) {
    const found: Record<string, string> = {};
    for (const [name, socket] of Object.entries(people)) {
      const { messageId } = await sent(people.organiser, chat, `for ${name}`);
      found[name] = await socket.codeOf("chat:delete", { chatId: chatIdOf(chat), messageId });
    }
    return found;
  }
  const strangers = { attendee: "unauthorised", otherHost: "forbidden", otherOrganiser: "forbidden" };
  expect(await codes(stageChat(fair))).toEqual({
    ...strangers,
    host: "ok",
    staff: "forbidden",
    organiser: "ok",
  });
  expect(await codes(boothChat(fair))).toEqual({
    ...strangers,
    host: "forbidden",
    staff: "ok",
    organiser: "ok",
  });
});

test("roles come from the session and are those of this chat", async () => {
  const fair = await createFair(server.db);
  const staff = await helper(fair, "staff");
  const atBooth = await sent(staff, boothChat(fair), "Tervetuloa");
  const atStage = await sent(staff, stageChat(fair), "Hyvä luento");
  expect(atBooth).toMatchObject({ author: { role: "staff" } });
  expect(atStage).toMatchObject({ author: { role: "attendee" } });
});

test("one browser has one tag in a chat, and an unrelated one elsewhere", async () => {
  const fair = await createFair(server.db);
  const browser = server.browser();
  const [first, second] = [await browser.socket(), await browser.socket()];
  const a = await first.request("chat:join", { chat: stageChat(fair), afterSeq: null });
  const b = await second.request("chat:join", { chat: stageChat(fair), afterSeq: null });
  const c = await second.request("chat:join", { chat: boothChat(fair), afterSeq: null });
  expect(b.ownTag).toBe(a.ownTag);
  expect(c.ownTag).not.toBe(a.ownTag);
});

test("the sixth message in a row waits, for all sockets of the browser", async () => {
  const fair = await createFair(server.db);
  const browser = server.browser();
  const [first, second] = [await browser.socket(), await browser.socket()];
  for (const turn of [1, 2, 3, 4, 5]) await sent(first, stageChat(fair), `viesti ${turn}`);
  const refused = await send(second, boothChat(fair), "kuudes");
  expect(refused).toMatchObject({ ok: false, error: { code: "too_many_requests" } });
  expect(refused.ok ? 0 : refused.error.retryAfterMs).toBeGreaterThan(500);
  expect((await send(await visitor(), stageChat(fair), "toinen ihminen")).ok).toBe(true);
});

test("control characters are taken out, and nothing is left of nothing", async () => {
  const chat = stageChat(await createFair(server.db));
  const socket = await visitor(chat);
  expect(await sent(socket, chat, "a\u0001b\u202ec\u009bd")).toMatchObject({ text: "abcd" });
  for (const nothing of ["\u0001\u0002", "a\u0000b", "a\ud800"])
    expect(await send(socket, chat, nothing)).toMatchObject({ error: { code: "bad_request" } });
  expect(await send(socket, chat, "   ")).toMatchObject({ error: { code: "bad_request" } });
  expect(await send(socket, chat, "x".repeat(1001))).toMatchObject({ error: { code: "bad_request" } });
});

test("chats of what is not there are not there", async () => {
  const socket = await visitor();
  const stageId = randomUUID();
  expect(await socket.codeOf("chat:join", { chat: { kind: "stage", stageId }, afterSeq: null })).toBe(
    "not_found",
  );
  const chatId = `booth:${stageId}`;
  expect(await socket.codeOf("chat:readBefore", { chatId, beforeSeq: 3 })).toBe("not_found");
  expect(await send(socket, { kind: "stage", stageId }, "Haloo")).toMatchObject({
    error: { code: "not_found" },
  });
});

test("who left the chat hears no more of it", async () => {
  const chat = stageChat(await createFair(server.db));
  const [stays, leaves] = [await visitor(chat), await visitor(chat)];
  await leaves.request("chat:leave", { chatId: chatIdOf(chat) });
  await sent(stays, chat, "Hei hei");
  await waitFor(() => heardBy(stays).length === 1, { what: "the message" });
  expect(heardBy(leaves)).toEqual([]);
});
