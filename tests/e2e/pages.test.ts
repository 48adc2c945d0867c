import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeCamera } from "../support/fake-camera.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { type Product, startProduct } from "../support/product.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * Every page of the product against WCAG 2.2 AA (axe), in three languages, by day and by night, on a phone and on a
 * desk; on 320 px; by keyboard alone.
 */

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 700 };
const ways = [
  { language: "fi", theme: "light", size: PHONE },
  { language: "sv", theme: "dark", size: DESK },
  { language: "en", theme: "light", size: DESK },
] as const;
const CAMERA = "?camera=320x180@15";
const EVENT = "/e/jarjestomessut";
const STAGE = `${EVENT}/stage/paasali`;
const BOOTH = `${EVENT}/booth/muistiyhdistys`;
/** Of another association: to these visitors a booth, not a place of work. */
const OTHER_BOOTH = `${EVENT}/booth/seurakunta`;
const PATIENCE_MS = 45_000;
/** What was on air for less than 20 s leaves no replay. */
const LEAVES_REPLAY_MS = 21_000;

interface PageCase {
  name: string;
  path: string;
  /** On the page when it is whole. */
  shows: (page: Page) => Locator;
  /** Before it is looked at. */
  prepare?: (page: Page) => Promise<void>;
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const deviceCheck = (page: Page) => page.locator(".device-check-level");

const closedPages: PageCase[] = [
  { name: "events", path: "/", shows: (page) => page.locator("main a[href^='/e/']").first() },
  { name: "event", path: EVENT, shows: (page) => page.locator("a[href*='/booth/']").first() },
  { name: "schedule", path: `${EVENT}/schedule`, shows: heading },
  { name: "stage, closed", path: STAGE, shows: (page) => page.locator(".stage-cover") },
  { name: "booth", path: OTHER_BOOTH, shows: (page) => page.locator(".table-door") },
  {
    name: "booth, as its own staff see it",
    path: BOOTH,
    shows: (page) => page.locator(".page-header-actions a[href$='/staff']"),
    // Who staffs it sits on the other side of the table.
    prepare: async (page) => expect(await page.locator("#table-title").count()).toBe(0),
  },
  {
    name: "booth, chosen nickname",
    path: BOOTH,
    shows: (page) => page.locator(".chat-nickname .button"),
    prepare: async (page) => {
      await page.locator(".chat-nickname .button").click();
      await page.locator(".chat-nickname-edit").waitFor();
    },
  },
  { name: "booth's staff, device check", path: `${BOOTH}/staff${CAMERA}`, shows: deviceCheck },
  { name: "backstage, device check", path: `${STAGE}/backstage${CAMERA}`, shows: deviceCheck },
  { name: "manage", path: `${EVENT}/manage`, shows: (page) => page.locator(".manage-row").first() },
  {
    name: "manage, open dialog",
    path: `${EVENT}/manage`,
    shows: (page) => page.locator(".manage-row").first(),
    prepare: async (page) => {
      await page.locator(".manage-head .button-primary").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "screen", path: "/screen", shows: (page) => page.locator(".screen-strip") },
  { name: "join, bad link", path: "/join#wrong", shows: heading },
  { name: "not found", path: "/nowhere", shows: heading },
];

describe("every page", () => {
  let product: Product;
  let browser: Browser;
  /** One for each of the ways, with the rights of all links. */
  let visitors: Visitor[];
  let host: Visitor;
  let guest: Visitor;
  let liveSinceMs = 0;

  beforeAll(async () => {
    const folder = join(import.meta.dirname, "../output/fake");
    const camera = createFakeCamera("counter", { folder });
    product = await startProduct();
    browser = await launchChromium(camera);
    visitors = [];
    for (const { language, theme, size } of ways) {
      const visitor = await Visitor.create(browser, product.url, {
        ...size,
        storage: { "torilla.language": language, "torilla.theme": theme },
      });
      visitor.page.setDefaultTimeout(PATIENCE_MS);
      visitors.push(visitor);
      for (const label of [/^Host/, /^Organiser/, /^Staff: muisti/, /screen/i]) {
        await visitor.page.goto(product.link(label));
        await visitor.page.waitForURL((url) => url.pathname !== "/join");
      }
    }
    await removeVideos(visitors[0]!.page);
    host = await Visitor.create(browser, product.url, DESK);
    guest = await Visitor.create(browser, product.url, PHONE);
    for (const { page } of [host, guest]) page.setDefaultTimeout(PATIENCE_MS);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  it.each(closedPages)("$name: nothing for axe to find, nothing wider than 320 px", async (wanted) => {
    await inspect(wanted);
  });

  it("lets a host go from the link to the live stage by keyboard alone", async () => {
    const { page } = host;
    await page.goto(product.link(/^Host/));
    await page.waitForURL(/backstage$/);
    await page.goto(`${product.url}${STAGE}/backstage${CAMERA}`);
    await deviceCheck(page).waitFor();
    await tabTo(page, page.getByLabel("Nimesi"));
    await page.keyboard.type("Aino Juontaja");
    await tabTo(page, page.getByRole("button", { name: "Siirry takahuoneeseen" }));
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Avaa harjoitus" }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Avaa harjoitus" }));
    await page.keyboard.press("Enter");
    const goLive = page.getByRole("button", { name: "Aloita lähetys…" });
    await goLive.waitFor();
    await tabTo(page, goLive);
    await page.keyboard.press("Enter");
    const yes = page.getByRole("button", { name: "Kyllä, suoraan lähetykseen" });
    await yes.waitFor();
    await tabTo(page, yes);
    await page.keyboard.press("Enter");
    await page.getByText("LÄHETYKSESSÄ").waitFor();
    liveSinceMs = Date.now();
  });

  it("backstage, live: nothing for axe to find on the desk, on a phone and on 320 px", async () => {
    const { page } = host;
    await page.locator(".programme-monitor video").waitFor();
    expect(await violations(page)).toEqual([]);
    for (const size of [PHONE, NARROW]) {
      await page.setViewportSize(size);
      await settle(page);
      expect(await tooWide(page)).toEqual([]);
    }
    await page.setViewportSize(PHONE);
    await host.shoot("page-backstage-live-phone", true);
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize(DESK);
  });

  it("stage, live: nothing for axe to find, nothing wider than 320 px", async () => {
    await inspect({
      name: "stage-live",
      path: STAGE,
      shows: (page) => page.locator(".stage-viewers"),
    });
  });

  it("lets an attendee play, listen and write by keyboard alone", async () => {
    const { page } = guest;
    await page.goto(product.url + STAGE);
    await page.locator(".stage-viewers").waitFor();
    await tabTo(page, page.locator("media-play-button, .player-controls button").first());
    await tabTo(page, page.getByRole("textbox", { name: "Viesti" }));
    await page.keyboard.type("Hyvää huomenta");
    await page.keyboard.press("Enter");
    await page.locator("article", { hasText: "Hyvää huomenta" }).waitFor();
    // On a phone the lecture stays in sight above the chat, and hides nothing that has the focus.
    const [player, field] = await Promise.all([
      page.locator(".player").boundingBox(),
      page.locator(":focus").boundingBox(),
    ]);
    expect(player!.y).toBeGreaterThanOrEqual(0);
    expect(player!.y + player!.height).toBeLessThan(field!.y);
    await guest.shoot("stage-live-chat-phone");
  });

  it("lets a visitor sit down at a table and ask to speak by keyboard alone", async () => {
    const { page } = guest;
    await page.goto(product.url + BOOTH);
    await tabTo(page, page.getByRole("button", { name: "Tule pöydän ääreen" }));
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Pyydä puheenvuoro" }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Pyydä puheenvuoro" }));
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Peru pyyntö" }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(await page.locator(":focus").textContent()).toContain("Peru pyyntö");
  });

  it("replay: nothing for axe to find, nothing wider than 320 px", async () => {
    const { page } = host;
    await waitFor(() => Date.now() - liveSinceMs > LEAVES_REPLAY_MS, {
      timeoutMs: LEAVES_REPLAY_MS,
      what: "a lecture long enough",
    });
    await page.getByRole("button", { name: "Lopeta lähetys…" }).click();
    await page.getByRole("button", { name: "Kyllä, lopeta lähetys" }).click();
    await page.getByText("Tallenne on yleisön katsottavissa.").waitFor();
    await page.goto(product.url + EVENT);
    const path = await page.locator("a[href*='/replay/']").first().getAttribute("href");
    await inspect({ name: "replay", path: path!, shows: (page) => page.locator("video") });
    await inspect({ name: "stage, ended", path: STAGE, shows: (page) => page.locator(".stage-cover") });
  });

  it("called no foreign host, broke no page and no content policy", () => {
    for (const visitor of [...visitors, host, guest]) {
      expect(visitor.foreign).toEqual([]);
      expect(visitor.errors).toEqual([]);
    }
  });

  /** In all ways; two at a time, as there are two cores: the first has one width more. */
  async function inspect(wanted: PageCase): Promise<void> {
    await Promise.all([inspectIn(0, wanted), inspectIn(1, wanted).then(() => inspectIn(2, wanted))]);
  }

  async function inspectIn(index: number, { name, path, shows, prepare }: PageCase): Promise<void> {
    const visitor = visitors[index]!;
    const { page } = visitor;
    const { language, theme, size } = ways[index]!;
    await page.setViewportSize(size);
    // A change of the fragment alone would load nothing.
    await page.goto("about:blank");
    await page.goto(product.url + path);
    await shows(page).waitFor();
    await prepare?.(page);
    await settle(page);
    const where = `${name} in ${language}, ${theme}, ${size.width} px`;
    if (path !== "/screen") expect(await page.locator("html").getAttribute("lang"), where).toBe(language);
    expect(await page.title(), where).toMatch(/Torilla/);
    await visitor.shoot(`page-${name.replace(/\W+/g, "-")}-${language}-${theme}-${size.width}`, true);
    expect(await violations(page), where).toEqual([]);
    expect(await tooWide(page), where).toEqual([]);
    if (language !== "fi") return;
    await page.setViewportSize(NARROW);
    await settle(page);
    expect(await tooWide(page), `${name} in Finnish, 320 px`).toEqual([]);
    await page.setViewportSize(size);
  }

  async function removeVideos(page: Page): Promise<void> {
    const left = await page.evaluate(async (event) => {
      const managed = await (await fetch(`/api/events/${event}/manage`)).json();
      const videos = managed.presentations.filter((one: { kind: string }) => one.kind === "video");
      for (const { id } of videos)
        await fetch(`/api/events/${event}/presentations/${id}`, { method: "DELETE" });
      return (await (await fetch(`/api/events/${event}/manage`)).json()).presentations.filter(
        (one: { kind: string }) => one.kind === "video",
      ).length;
    }, "jarjestomessut");
    // The schedule would put them on air in the middle of this.
    expect(left).toBe(0);
  }
});

/** What axe finds, a line each. */
async function violations(page: Page): Promise<string[]> {
  // What the library reads out about a button that has gone stays there some seconds, named by the gone button.
  const { violations: found } = await new AxeBuilder({ page })
    .withTags(WCAG)
    .exclude("[data-live-announcer]")
    .analyze();
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")}: ${node.failureSummary?.split("\n")[1]?.trim()}`),
  );
}

/** What reaches past the right edge, when the page can be scrolled there. */
function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const names = [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 0.5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute("class") ?? ""}`);
    return [`${scrollWidth} px`, ...names.slice(0, 12)];
  });
}

/** Fonts are there, nothing appears or slides any more. */
function settle(page: Page): Promise<void> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.allSettled(
      document
        .getAnimations()
        .filter((one) => one.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY)
        .map((one) => one.finished),
    );
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

/** Presses Tab until the element has the focus, and sees that it shows. @throws when it is not reached */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  const isFocused = () =>
    wanted
      .first()
      .evaluate((element) => element === document.activeElement || element.contains(document.activeElement));
  for (let pressed = 0; pressed < 80; pressed++) {
    if (await isFocused()) {
      expect(await page.evaluate(() => document.activeElement?.matches(":focus-visible"))).toBe(true);
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`not reached by Tab: ${wanted}`);
}
