/*
 * What people see while the mixers of a live stage die one after the other: on the stage's page, in the backstage and
 * on a break-room screen, in their language, until one lives again.
 */
import type { Browser as Chromium, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { createFair, createLink, type Fair } from "../support/factories.ts";
import { createCountingCamera, enterBackstage } from "../support/live-lecture.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

const media = new FakeMediaPlane();
let server: TestServer;
let chromium: Chromium;
let fair: Fair;

beforeAll(async () => {
  server = await startTestServer({ media });
  chromium = await launchChromium(createCountingCamera());
  fair = await createFair(server.db);
  const host = await (await server.browser().open(await link("host"))).socket();
  await host.request("stage:openRehearsal", { stageId: fair.stage.id });
  await host.request("stage:goLive", { stageId: fair.stage.id });
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await server?.close();
});

function link(role: "host" | "screen", language?: "sv") {
  const place = role === "host" ? { stageId: fair.stage.id } : { language };
  return createLink(server.db, { role, label: role, eventId: fair.event.id, ...place });
}

function say(state: "failing" | "running"): void {
  media.emit("stage:mixerChanged", { stageId: fair.stage.id, state });
}

/** Shown while it fails, and only then. */
async function isSaidMeanwhile(page: Page, selector: string, words: string): Promise<void> {
  const said = page.locator(selector).filter({ hasText: words });
  expect(await said.count()).toBe(0);
  say("failing");
  await said.first().waitFor({ state: "visible" });
  say("running");
  await said.first().waitFor({ state: "detached" });
}

test.each([
  ["fi-FI", "Lähetyksessä on katko."],
  ["sv-FI", "Avbrott i sändningen."],
  ["en-GB", "The broadcast is interrupted."],
])("the stage's page says so in the picture's place and below it (%s)", async (locale, words) => {
  const visitor = await open({ locale });
  const { page, errors } = visitor;
  await page.goto(`${server.url}/e/${fair.event.slug}/stage/${fair.stage.slug}`);
  await page.locator(".stage-status").waitFor();
  await isSaidMeanwhile(page, ".player-fault", words);
  await isSaidMeanwhile(page, ".stage-status [role=status]", words);
  expect(errors).toEqual([]);
  await visitor.close();
});

test("the host is told in the backstage, with what the audience sees", async () => {
  const host = await open();
  const { page, errors } = host;
  await enterBackstage(host, server.url + (await link("host")).path);
  await page.getByText("LÄHETYKSESSÄ").waitFor();
  await isSaidMeanwhile(page, ".on-air", "Yleisölle kerrotaan katkosta");
  expect(errors).toEqual([]);
  await host.close();
});

test("the host is told while the recordings' disk is full, and that it is over", async () => {
  const host = await open();
  const { page, errors } = host;
  await enterBackstage(host, server.url + (await link("host")).path);
  await page.getByText("LÄHETYKSESSÄ").waitFor();
  const stageId = fair.stage.id;
  const { id: broadcastId } = await server.db.broadcast.findFirstOrThrow({ where: { stageId } });
  const notice = page.getByText(/Levy on täynnä/).first();
  expect(await notice.count()).toBe(0);
  media.emit("stage:recordingChanged", { stageId, broadcastId, failure: "disk_full" });
  await notice.waitFor({ state: "visible" });
  media.emit("stage:recordingChanged", { stageId, broadcastId, failure: null });
  await notice.waitFor({ state: "detached" });
  expect(errors).toEqual([]);
  await host.close();
});

test("a break-room screen says so in its own language", async () => {
  const screen = await open({ width: 960, height: 540 });
  const { page, errors } = screen;
  const { path } = await link("screen", "sv");
  await page.goto(server.url + path);
  await page.locator(".screen-strip").waitFor();
  await isSaidMeanwhile(page, ".screen-waiting", "Bilden kommer tillbaka av sig själv.");
  expect(errors).toEqual([]);
  await screen.close();
});

async function open(options: { locale?: string; width?: number; height?: number } = {}) {
  const visitor = await Visitor.create(chromium, server.url, options);
  visitor.page.setDefaultTimeout(30_000);
  return visitor;
}
