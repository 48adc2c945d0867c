/*
 * Dialogs and menus by keyboard and mouse in a real browser, on the organiser's page: where the focus goes, what
 * closes them, and what does not.
 */
import type { Browser as Chromium, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createFair, createLink, createPresentation } from "../support/factories.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let chromium: Chromium;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  server = await startTestServer();
  chromium = await launchChromium();
}, 90_000);
afterAll(async () => {
  await chromium?.close();
  await server?.close();
});

beforeEach(async () => {
  const { event, stage } = await createFair(server.db);
  await createPresentation(server.db, { stageId: stage.id });
  const organiser = await server
    .browser()
    .open(await createLink(server.db, { role: "organiser", label: "", eventId: event.id }));
  visitor = await Visitor.create(chromium, server.url);
  await visitor.become(organiser);
  page = visitor.page;
  await page.goto(`${server.url}/e/${event.slug}/manage`);
  await adding().waitFor();
});
afterEach(async () => {
  const { errors } = visitor;
  await visitor.close();
  expect(errors).toEqual([]);
});

const adding = () => page.getByRole("button", { name: "Lisää esitys" });
const dialog = () => page.getByRole("dialog", { name: "Lisää esitys" });
const focused = () => page.locator(":focus");

async function openDialog() {
  await adding().click();
  await dialog().waitFor();
  return dialog().getByLabel("Otsikko suomeksi");
}

test.each([
  { way: "Escape", close: () => page.keyboard.press("Escape") },
  { way: "its way out", close: () => dialog().getByRole("button", { name: "Peruuta" }).click() },
  { way: "a press beside it", close: () => page.mouse.click(5, 400) },
])("a dialog that is closed by $way gives the focus back to what opened it", async ({ close }) => {
  await openDialog();
  expect(await dialog().locator(":focus").count()).toBe(1);
  await close();
  await dialog().waitFor({ state: "detached" });
  expect(await focused().textContent()).toBe("Lisää esitys");
});

test("marking text past a dialog's edge does not close it", async () => {
  const title = await openDialog();
  await title.fill("Muistihäiriöt arjessa");
  const box = (await title.boundingBox())!;
  await page.mouse.move(box.x + box.width - 20, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(5, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  expect(await title.inputValue()).toBe("Muistihäiriöt arjessa");
});

test("what is wrong in a field is said at once", async () => {
  await openDialog();
  await dialog().getByRole("button", { name: "Tallenna" }).click();
  await dialog().getByRole("alert").getByText("Kirjoita otsikko suomeksi.").waitFor();
  expect(await dialog().getByLabel("Otsikko suomeksi").getAttribute("aria-invalid")).toBe("true");
});

test("a menu is walked by arrows and closed by Escape, with the focus back where it was", async () => {
  const trigger = page.getByRole("button", { name: "Ulkoasu" });
  await trigger.press("Enter");
  const chosen = page.getByRole("menuitemradio", { name: "Laitteen mukaan" });
  await chosen.waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "menuitemradio");
  expect(await focused().textContent()).toBe("Laitteen mukaan");
  for (const [key, label] of [
    ["ArrowDown", "Vaalea"],
    ["End", "Tumma"],
    ["ArrowDown", "Laitteen mukaan"],
    ["ArrowUp", "Tumma"],
    ["Home", "Laitteen mukaan"],
  ] as const) {
    await page.keyboard.press(key);
    expect(await focused().textContent()).toBe(label);
  }
  await page.keyboard.press("Escape");
  await chosen.waitFor({ state: "hidden" });
  expect(await focused().getAttribute("aria-label")).toBe("Ulkoasu");
});

async function askToDelete() {
  await page.getByRole("button", { name: "Poista: Unen merkitys" }).press("Enter");
  const asked = page.getByRole("alertdialog", { name: "Poistetaanko esitys?" });
  await asked.getByRole("button", { name: "Poista" }).press("Enter");
  return asked;
}

test("after what was deleted with its own button, the keyboard goes on from the page and not from its top", async () => {
  await (await askToDelete()).waitFor({ state: "detached" });
  await page.waitForFunction(() => document.activeElement?.id === "main");
});

test("a server that is away for a while does not take the page from who works on it", async () => {
  const body = { code: "database_unavailable", message: "away" };
  let refused = 0;
  await page.route("**/manage", (route) => {
    refused++;
    return route.fulfill({ status: 503, json: body });
  });
  // Its end asks for the page's data again, which is tried four times.
  await (await askToDelete()).waitFor({ state: "detached" });
  expect(refused).toBeGreaterThanOrEqual(4);
  expect(await adding().isVisible()).toBe(true);
  expect(await page.getByRole("alert").count()).toBe(0);
});
