/*
 * The organiser's list of links in a real browser: who uses which, what taking one back means and does, what cannot
 * be taken back, and what the page says when it does not work.
 */
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser as Chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Browser } from "../support/browser.ts";
import { createFair, createLink, type Fair } from "../support/factories.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const NARROW = { width: 320, height: 700 };

let server: TestServer;
let chromium: Chromium;
let fair: Fair;
let organiser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  server = await startTestServer();
  chromium = await launchChromium();
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await server?.close();
});

beforeEach(async () => {
  fair = await createFair(server.db);
  organiser = await server.browser().open(await link("organiser", "Järjestäjän linkki"));
  visitor = await Visitor.create(chromium, server.url, DESK);
  await visitor.become(organiser);
});
afterEach(async () => {
  const { errors } = visitor;
  await visitor.close();
  expect(errors).toEqual([]);
});

function link(role: "organiser" | "host" | "speaker" | "staff" | "screen", label: string, expiresAt?: Date) {
  return createLink(server.db, {
    role,
    label,
    eventId: fair.event.id,
    ...(role === "host" || role === "speaker" ? { stageId: fair.stage.id } : {}),
    ...(role === "staff" ? { boothId: fair.booth.id } : {}),
    ...(expiresAt ? { expiresAt } : {}),
  });
}

async function openPage() {
  await visitor.page.goto(`${server.url}/e/${fair.event.slug}/manage`);
  await visitor.page.getByRole("heading", { name: "Linkit" }).waitFor();
  return visitor.page;
}
const rowOf = (name: string) =>
  visitor.page.locator(".link-row", { has: visitor.page.getByText(name, { exact: true }) });
const dialog = () => visitor.page.getByRole("alertdialog");

test("shows whose each link is, how far it reaches and who uses it, on a desk and on a phone", async () => {
  const host = await link("host", "Juontajan linkki");
  await link("staff", "");
  await link("screen", "Taukohuone, osasto 3");
  await link("speaker", "Viime vuoden puhuja", new Date(Date.now() - 60_000));
  for (const browser of [server.browser(), server.browser()]) await browser.open(host);
  const page = await openPage();
  const hosts = await rowOf("Juontajan linkki").textContent();
  expect(hosts).toMatch(/Juontaja\s*Päälava\s*Avattu 2 selaimessa\. Voimassa \d+\.\d+\.\d{4} asti\./);
  expect(await rowOf("Muistiyhdistys").textContent()).toMatch(
    /^Esittelypisteen väki[\s\S]*Kukaan ei ole avannut/,
  );
  expect(await rowOf("Järjestäjän linkki").textContent()).toMatch(/Oma linkkisi[\s\S]*Avattu 1 selaimessa/);
  await page.getByText("Ei enää käytössä (1)").click();
  expect(await rowOf("Viime vuoden puhuja").textContent()).toMatch(/Vanheni \d+\.\d+\.\d{4} klo /);
  expect(await rowOf("Viime vuoden puhuja").getByRole("button").count()).toBe(0);
  await visitor.shoot("manage-links-desk", true);
  for (const size of [DESK, PHONE, NARROW]) {
    await page.setViewportSize(size);
    if (size === PHONE) await visitor.shoot("manage-links-phone", true);
    const { violations } = await new AxeBuilder({ page }).include("main").analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(size.width);
  }
});

test("takes a link back only after a yes; who came by it has nothing left at once", async () => {
  const host = await server.browser().open(await link("host", "Juontajan linkki"));
  const socket = await host.socket();
  const page = await openPage();
  const revoke = page.getByRole("button", { name: "Poista käytöstä: Juontajan linkki" });
  await revoke.click();
  expect(await dialog().textContent()).toMatch(
    /lakkaa toimimasta heti\. Sen on avannut 1 selain\.\s*Päälava: linkillä tulleet putoavat takahuoneesta/,
  );
  await visitor.shoot("manage-links-revoke-desk");
  await dialog().getByRole("button", { name: "Peruuta" }).click();
  await dialog().waitFor({ state: "detached" });
  expect((await host.call("readSession")).grants).toHaveLength(1);

  await revoke.click();
  await page.setViewportSize(PHONE);
  await visitor.shoot("manage-links-revoke-phone");
  await dialog().getByRole("button", { name: "Poista käytöstä" }).click();
  await page.getByText("”Juontajan linkki” on poistettu käytöstä.").waitFor();
  expect(await page.locator(":focus").textContent()).toBe("Linkit");
  expect(await revoke.count()).toBe(0);
  await page.getByText("Ei enää käytössä (1)").click();
  expect(await rowOf("Juontajan linkki").textContent()).toMatch(/Poistettu käytöstä \d+\.\d+\.\d{4} klo /);
  expect((await host.call("readSession")).grants).toEqual([]);
  await waitFor(() => !socket.raw.connected, { timeoutMs: 5000, what: "the host's socket gone" });
});

test("says why the last link with which the event is managed stays, also to whoever comes second", async () => {
  const page = await openPage();
  expect(await rowOf("Järjestäjän linkki").textContent()).toContain("viimeinen linkki");
  expect(await rowOf("Järjestäjän linkki").getByRole("button").count()).toBe(0);

  const second = await link("organiser", "Varajärjestäjän linkki");
  await page.reload();
  await rowOf("Järjestäjän linkki").getByRole("button").click();
  // Meanwhile the other one is taken back elsewhere.
  await server.db.accessToken.update({ where: { hash: second.hash }, data: { revokedAt: new Date() } });
  await dialog().getByRole("button", { name: "Poista käytöstä" }).click();
  await dialog().getByRole("alert").getByText("viimeinen linkki").waitFor();
  expect((await organiser.call("readSession")).grants).toHaveLength(1);
});

test("warns before one's own link, and then the page says that a link is needed", async () => {
  await link("organiser", "Varajärjestäjän linkki");
  const page = await openPage();
  await rowOf("Järjestäjän linkki").getByRole("button").click();
  await dialog().getByText("Käytät itse tätä linkkiä: menetät samalla tämän sivun.").waitFor();
  await dialog().getByRole("button", { name: "Poista käytöstä" }).click();
  await page.getByRole("heading", { level: 1, name: "Tarvitset linkin" }).waitFor();
});

test("tells that the links could not be read, and reads them when asked again", async () => {
  const path = `**/api/events/${fair.event.slug}/links`;
  const { page } = visitor;
  await page.route(path, (route) =>
    route.fulfill({ status: 500, json: { code: "internal", message: "broken on purpose" } }),
  );
  await openPage();
  const alert = page.locator("[aria-labelledby=links-title]").getByRole("alert");
  await alert.getByText("Jokin meni vikaan").waitFor();
  await page.unroute(path);
  await alert.getByRole("button").click();
  await rowOf("Järjestäjän linkki").waitFor();
});
