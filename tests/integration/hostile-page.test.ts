/*
 * Hostile texts in every place that people can write to, looked at in a real browser: they are letters on the page.
 * None runs, none leaves the origin, none breaks the page or its content policy.
 */
import type { Browser as Chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFair,
  createLink,
  createPresentation,
  createRecording,
  type Fair,
} from "../support/factories.ts";
import { hostileTexts } from "../support/hostile-texts.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

/** What somebody who attacks pages would write; the rest is for databases. */
const MARKUP = Object.entries(hostileTexts).filter(
  ([name, value]) => /[<"'{$&]|javascript:|data:/.test(value) && value.length < 200 && name !== "crlfHeader",
);
const SENDS_PER_BROWSER = 5;
const HALF_HOUR_MS = 1_800_000;

let server: TestServer;
let fair: Fair;
let chromium: Chromium;
let visitor: Visitor;

beforeAll(async () => {
  server = await startTestServer();
  fair = await createFair(server.db);
  const evil = (value: string) => ({ fi: value, sv: value, en: value });
  const name = evil(hostileTexts.scriptTag!);
  await server.db.event.update({
    where: { id: fair.event.id },
    data: { name, description: evil(hostileTexts.svgLoad!) },
  });
  await server.db.stage.update({
    where: { id: fair.stage.id },
    data: { name: evil(hostileTexts.imageError!), description: evil(hostileTexts.iframeSource!) },
  });
  await server.db.booth.update({
    where: { id: fair.booth.id },
    data: {
      name: evil(hostileTexts.closingTags!),
      tagline: evil(hostileTexts.attributeBreak!),
      description: name,
    },
  });
  await server.db.material.create({
    data: { boothId: fair.booth.id, kind: "link", title: name, url: hostileTexts.javascriptUrl! },
  });
  for (const [index, [, value]] of MARKUP.entries()) {
    const startsAt = new Date(Date.now() + (index + 1) * HALF_HOUR_MS);
    const { id } = await createPresentation(server.db, { stageId: fair.stage.id, startsAt });
    const data = { title: evil(value), description: evil(value), speaker: value };
    await server.db.presentation.update({ where: { id }, data });
  }
  const recording = await createRecording(server.db, { stageId: fair.stage.id });
  await server.db.recording.update({ where: { id: recording.id }, data: { title: name } });
  await writeInChat(MARKUP.map(([, value]) => value));
  chromium = await launchChromium();
  visitor = await Visitor.create(chromium, server.url, { width: 1280, height: 900 });
  const organiser = await server.browser().open(
    await createLink(server.db, {
      role: "organiser",
      eventId: fair.event.id,
      label: hostileTexts.mustache,
    }),
  );
  await visitor.become(organiser);
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await server?.close();
});

async function writeInChat(texts: string[]): Promise<void> {
  const chatId = `stage:${fair.stage.id}`;
  for (let at = 0; at < texts.length; at += SENDS_PER_BROWSER) {
    const socket = await server.browser().socket();
    for (const text of texts.slice(at, at + SENDS_PER_BROWSER))
      await socket.request("chat:send", {
        chatId,
        messageId: crypto.randomUUID(),
        nickname: text.slice(0, 60).trim(),
        text,
      });
    socket.close();
  }
}

const event = () => `/e/${fair.event.slug}`;
/** Path, and how many of the hostile texts it shows at least. */
const pages: [name: string, path: () => string, shown: () => string[]][] = [
  ["the list of events", () => "/", () => [hostileTexts.scriptTag!]],
  ["the event", event, () => [hostileTexts.scriptTag!, hostileTexts.imageError!]],
  ["the schedule", () => `${event()}/schedule`, () => MARKUP.map(([, value]) => value)],
  [
    "the stage with its chat",
    () => `${event()}/stage/${fair.stage.slug}`,
    () => MARKUP.map(([, value]) => value),
  ],
  ["the booth", () => `${event()}/booth/${fair.booth.slug}`, () => [hostileTexts.closingTags!]],
  ["the organiser's page", () => `${event()}/manage`, () => MARKUP.map(([, value]) => value)],
];

test.each(pages)("%s shows them as letters", async (_name, path, shown) => {
  const { page } = visitor;
  await page.goto(server.url + path());
  for (const text of shown()) {
    const flat = text.replace(/\s+/g, " ").trim();
    await page.waitForFunction(
      (wanted) => document.body.textContent.replace(/\s+/g, " ").includes(wanted),
      flat,
      { timeout: 20_000 },
    );
  }
  const found = await page.evaluate(() => ({
    ran: (globalThis as { torillaWasHere?: unknown }).torillaWasHere ?? null,
    strangers: document.querySelectorAll(
      "main script, main iframe, main base, main meta, main form[action^='javascript'], main style, main math",
    ).length,
    handlers: [...document.querySelectorAll("*")].filter((one) =>
      one.getAttributeNames().some((attribute) => attribute.startsWith("on")),
    ).length,
    links: [...document.querySelectorAll("a[href]")].map((one) => (one as HTMLAnchorElement).protocol),
  }));
  expect(found).toMatchObject({ ran: null, strangers: 0, handlers: 0 });
  expect([...new Set(found.links)].filter((protocol) => !/^https?:$/.test(protocol))).toEqual([]);
  expect(visitor.foreign).toEqual([]);
  expect(visitor.errors).toEqual([]);
  expect(await page.title()).toMatch(/Torilla/);
});
