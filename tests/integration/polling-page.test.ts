/*
 * A page on a network that lets no WebSocket through: it goes over to requests that are held back, sits down at a
 * table, hears and is heard in the chat, and is back by itself after the server was restarted.
 */
import type { Browser as Chromium, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createFair, type Fair } from "../support/factories.ts";
import { launchChromium } from "../support/media-peer.ts";
import { createRealPlane, type RealPlane } from "../support/media-planes.ts";
import { NoUpgradeProxy } from "../support/no-upgrade-proxy.ts";
import { Visitor } from "../support/page-story.ts";
import type { SocketClient } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let database: TestDatabase;
let server: TestServer;
let under: RealPlane;
let proxy: NoUpgradeProxy;
let chromium: Chromium;
let fair: Fair;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  database = await createTestDatabase();
  await startServer();
  proxy = await NoUpgradeProxy.create(portOf(server));
  chromium = await launchChromium();
  fair = await createFair(server.db);
  visitor = await Visitor.create(chromium, proxy.url);
  page = visitor.page;
  page.setDefaultTimeout(45_000);
}, 120_000);
afterAll(async () => {
  await chromium?.close();
  await proxy?.close();
  await stopServer();
  await database?.drop();
});

async function startServer(): Promise<void> {
  under = await createRealPlane();
  server = await startTestServer({ databaseUrl: database.url, media: under.plane });
}
async function stopServer(): Promise<void> {
  await server?.close();
  await under?.close();
}
function portOf({ url }: TestServer): number {
  return Number(new URL(url).port);
}
const chatId = () => `booth:${fair.booth.id}`;
/** Somebody at the same table on an ordinary network. */
async function neighbour(): Promise<SocketClient> {
  const socket = await server.browser().socket();
  await socket.request("chat:join", { chat: { kind: "booth", boothId: fair.booth.id }, afterSeq: null });
  return socket;
}
const post = (socket: SocketClient, text: string) =>
  socket.request("chat:send", {
    chatId: chatId(),
    messageId: crypto.randomUUID(),
    nickname: "Naapuri",
    text,
  });
async function write(text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: "Viesti" });
  await field.fill(text);
  await field.press("Enter");
}
const hears = (socket: SocketClient, text: string) =>
  socket.heardOf("chat:entriesPosted", ({ entries }) =>
    entries.some((entry) => entry.kind === "message" && entry.text === text),
  );
const posted = (text: string) => page.locator("article:not(.chat-row-unsent)", { hasText: text });
const visitorsAtTable = async () => {
  const { rooms } = await under.plane.request("node:describe", {});
  return rooms.find(({ roomId }) => roomId === chatId())?.peers.filter(({ role }) => role === "visitor")
    .length;
};

test("enters without a WebSocket, and the chat goes both ways", async () => {
  await page.goto(`${proxy.url}/e/${fair.event.slug}/booth/${fair.booth.slug}`);
  await page.getByRole("button", { name: "Tule pöydän ääreen" }).click();
  await page.getByRole("button", { name: "Pyydä puheenvuoro" }).waitFor();
  expect(await visitorsAtTable()).toBe(1);
  const other = await neighbour();
  await write("Kuuluuko tänne asti?");
  await hears(other, "Kuuluuko tänne asti?");
  await post(other, "Kuuluu hyvin.");
  await posted("Kuuluu hyvin.").waitFor();
  expect(proxy.refusedUpgrades).toBeGreaterThan(0);
});

test("comes back by itself after a restart, with what was written meanwhile sent once", async () => {
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  proxy.targetPort = null;
  await stopServer();
  await page.locator(".banner").waitFor();
  await write("Kirjoitettu katkon aikana");
  await page.locator(".chat-row-unsent", { hasText: "Kirjoitettu katkon aikana" }).waitFor();

  await startServer();
  const other = await neighbour();
  await post(other, "Palvelin on taas täällä.");
  proxy.targetPort = portOf(server);
  await hears(other, "Kirjoitettu katkon aikana");
  await posted("Palvelin on taas täällä.").waitFor();
  await posted("Kirjoitettu katkon aikana").waitFor();
  expect(await posted("Kirjoitettu katkon aikana").count()).toBe(1);
  await waitFor(async () => (await visitorsAtTable()) === 1, { what: "the visitor at the table again" });
  await page.locator(".banner").waitFor({ state: "detached" });
  expect(await page.evaluate(() => (globalThis as { isSamePage?: boolean }).isSamePage)).toBe(true);
  const kept = await server.db.chatEntry.findMany({ where: { chatId: chatId() }, orderBy: { seq: "asc" } });
  expect(kept.map(({ seq, text }) => [seq, text])).toEqual([
    [1, "Kuuluuko tänne asti?"],
    [2, "Kuuluu hyvin."],
    [3, "Palvelin on taas täällä."],
    [4, "Kirjoitettu katkon aikana"],
  ]);
  expect(visitor.errors).toEqual([]);
  expect(visitor.foreign).toEqual([]);
});
