/*
 * The break-room screen where nobody is there to press reload, in a real browser.
 */
import type { Browser as Chromium } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let chromium: Chromium;

beforeAll(async () => {
  server = await startTestServer();
  chromium = await launchChromium();
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await server?.close();
});

test("a piece of the page that could not be fetched is asked for again without anybody there", async () => {
  const visitor = await Visitor.create(chromium, server.url);
  const { page } = visitor;
  const pieces = "**/assets/screen-page-*.js";
  await page.clock.install();
  await page.route(pieces, (route) => route.abort());
  await page.goto(`${server.url}/screen`);
  await page.getByRole("alert").waitFor();
  await page.unroute(pieces);
  await page.clock.fastForward(20_000);
  await page.getByRole("heading", { name: "Tätä näyttöä ei ole vielä liitetty" }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  await visitor.close();
});
