import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

/* The screen's page and its service worker in a real browser, as the server sends them. */

let server: TestServer;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([startTestServer(), launchChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

test("a screen that was seen once starts without a network, on its own page", async () => {
  const { context, page, origin, errors } = await Visitor.create(browser, server.url);
  await page.goto(`${origin}/screen`);
  await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
  await context.setOffline(true);
  await page.reload({ waitUntil: "commit" });
  await page.locator("main.screen").waitFor();
  expect(await page.locator("main.screen h1").textContent()).not.toBe("");
  expect(errors).toEqual([]);
});
