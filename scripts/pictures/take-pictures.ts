/*
 * Takes the pictures of README from the running product: the demo event with a drawn speaker and her slides on air.
 */
import { mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { ROOT_DIR } from "../../server/config.ts";
import { launchChromium } from "../../tests/support/media-peer.ts";
import { Visitor } from "../../tests/support/page-story.ts";
import { type Product, startProduct } from "../../tests/support/product.ts";
import { waitFor } from "../../tests/support/wait-for.ts";
import { host, type Person, slide, speaker } from "./people.ts";
import { installStudio } from "./studio.ts";

const FOLDER = join(ROOT_DIR, "docs/pictures");
const PATIENCE_MS = 60_000;
/** The picture has its full sharpness after so much of steady play. */
const STEADY_SECONDS = 12;
const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const STAGE = "/e/jarjestomessut/stage/paasali";

const product = await startProduct({
  env: {
    TORILLA_PROGRAMME_WIDTH: "1280",
    TORILLA_PROGRAMME_HEIGHT: "720",
    TORILLA_PROGRAMME_FPS: "12",
    TORILLA_PROGRAMME_KBPS: "3000",
  },
});
const browser = await launchChromium();
try {
  mkdirSync(FOLDER, { recursive: true });
  await takePictures(product, browser);
} finally {
  await browser.close();
  await product.stop();
}

async function takePictures({ link, url }: Product, on: Browser): Promise<void> {
  const hosting = await enterBackstage(on, {
    url,
    link: link(/^Host/),
    name: "Leena Aaltonen",
    person: host,
  });
  await hosting.page.getByRole("button", { name: "Avaa harjoitus" }).click();
  await hosting.page.getByText("Yleisö ei näe eikä kuule tätä.").waitFor();
  const speaking = await enterBackstage(on, {
    url,
    link: link(/^Speaker/),
    name: "Aino Lehtokangas",
    person: speaker,
  });
  await speaking.page.getByRole("button", { name: "Jaa näyttö" }).click();
  await hosting.page.getByRole("button", { name: "Aloita lähetys…" }).click();
  await hosting.page.getByRole("button", { name: "Kyllä, suoraan lähetykseen" }).click();
  await hosting.page.getByText("LÄHETYKSESSÄ").waitFor();

  const watching = await watch(on, url, { ...DESK, nickname: "Ritva" });
  const riding = await watch(on, url, { ...PHONE, nickname: "Timo K." });
  const organising = await watch(on, url, { ...DESK, nickname: "Messutoimisto", link: link(/^Organiser/) });
  await say(watching.page, "Hyvää huomenta Limingasta! Kuva ja ääni toimivat.");
  await say(riding.page, "Katson bussissa puhelimella, hyvin kuuluu.");
  await say(riding.page, "Missä vertaisryhmät kokoontuvat?");
  await say(
    organising.page,
    "Ryhmien ajat ja paikat löytyvät esittelypisteiltä. Pöydissä on väkeä koko päivän.",
  );
  await organising.close();

  for (const { page } of [watching, riding]) await untilSteady(page, "video.player-video");
  await untilSteady(hosting.page, ".programme-monitor video");
  await shoot(watching.page, "stage");
  await shoot(riding.page, "stage-phone");
  await shoot(hosting.page, "backstage");
  await hosting.page.setViewportSize(PHONE);
  await shoot(hosting.page, "backstage-phone");
}

async function enterBackstage(
  on: Browser,
  { url, link, name, person }: { url: string; link: string; name: string; person: Person },
): Promise<Visitor> {
  const visitor = await Visitor.create(on, url, DESK);
  const { page } = visitor;
  page.setDefaultTimeout(PATIENCE_MS);
  await page.addInitScript(installStudio, { person, slide });
  await page.goto(link);
  await page.getByLabel("Nimesi").fill(name);
  await page.locator(".device-check-level").waitFor();
  await page.getByRole("button", { name: "Siirry takahuoneeseen" }).click();
  return visitor;
}

async function watch(
  on: Browser,
  url: string,
  { width, height, nickname, link }: { width: number; height: number; nickname: string; link?: string },
): Promise<Visitor> {
  const visitor = await Visitor.create(on, url, {
    width,
    height,
    storage: { "torilla.nickname": nickname },
  });
  const { page } = visitor;
  page.setDefaultTimeout(PATIENCE_MS);
  if (link) {
    await page.goto(link);
    await page.waitForURL((at) => at.pathname !== "/join");
  }
  await page.goto(url + STAGE);
  await page.getByRole("textbox", { name: "Viesti" }).waitFor();
  return visitor;
}

async function say(page: Page, text: string): Promise<void> {
  const field = page.getByRole("textbox", { name: "Viesti" });
  await field.fill(text);
  await field.press("Enter");
  await page.locator("article:not(.chat-row-unsent)", { hasText: text }).waitFor();
}

async function untilSteady(page: Page, selector: string): Promise<void> {
  await waitFor(
    () =>
      page
        .locator(selector)
        .evaluate((video: HTMLVideoElement, least) => video.currentTime > least, STEADY_SECONDS),
    { timeoutMs: PATIENCE_MS, what: `steady play in ${selector}` },
  );
}

async function shoot(page: Page, name: string): Promise<void> {
  const path = join(FOLDER, `${name}.png`);
  await page.evaluate(() => {
    window.scrollTo(0, 0);
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
  await page.screenshot({ path, animations: "disabled" });
  console.log(`${path}: ${Math.round(statSync(path).size / 1000)} kB`);
}
