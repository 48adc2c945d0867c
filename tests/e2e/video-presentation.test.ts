import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCounterVideo } from "../support/counter-video.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { readPicture, readSound } from "../support/picture.ts";
import { type Product, startProduct } from "../support/product.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * A recorded presentation as its organiser and its audience meet it: put in the schedule on the organiser's page,
 * uploaded, converted, on air by itself at its time, over with a slate, and there as a replay.
 */

const TITLE = "Muistin monta puolta";
const NEXT_TITLE = "Kokemusasiantuntija: takaisin arkeen";
/** Of the demo's schedule: what would be on the stage at the time of this story. */
const IN_THE_WAY = [
  "Avaus: yhdessä on helpompi",
  "Unen merkitys jaksamiselle",
  "Järjestöt tutuiksi: kuka auttaa ja missä",
];
const SECONDS = 30;
const FPS = 15;
const TONE_HZ = 330;
const VIDEO = "video.player-video";
/** Slow enough for its progress to be seen, bytes a second. */
const UPLINK = 400_000;
/** From choosing the minute to its beginning there must be time to save it. */
const LEAD_MS = 12_000;
const MINUTE_MS = 60_000;

describe("a recorded presentation from the organiser's page to its replay", () => {
  let product: Product;
  let browser: Browser;
  let organiser: Visitor;
  let watcher: Visitor;
  let late: Visitor;
  let screen: Visitor;
  let video: string;
  let notAVideo: string;
  let startsAtMs = 0;

  beforeAll(async () => {
    const folder = join(import.meta.dirname, "../output/fake");
    mkdirSync(folder, { recursive: true });
    video = await makeCounterVideo(join(folder, `lecture-${SECONDS}.mp4`), {
      seconds: SECONDS,
      fps: FPS,
      toneHz: TONE_HZ,
    });
    notAVideo = join(folder, "kutsu.mp4");
    writeFileSync(notAVideo, "Tervetuloa järjestömessuille!\n".repeat(2000));
    product = await startProduct();
    browser = await launchChromium();
    organiser = await Visitor.create(browser, product.url);
    watcher = await Visitor.create(browser, product.url);
    late = await Visitor.create(browser, product.url, {
      storage: { "torilla.player": JSON.stringify({ preference: "hls" }) },
    });
    screen = await Visitor.create(browser, product.url, { width: 960, height: 540 });
    for (const { page } of [organiser, watcher, late, screen]) page.setDefaultTimeout(45_000);
  });

  afterAll(async () => {
    await browser?.close();
    await product?.stop();
  });

  it("is added on the organiser's page", async () => {
    const { page } = organiser;
    await page.goto(product.link(/^Organiser/));
    for (const title of IN_THE_WAY) {
      await page.getByRole("button", { name: `Poista: ${title}` }).click();
      await page.getByRole("alertdialog").getByRole("button", { name: "Poista" }).click();
      await page.getByRole("alertdialog").waitFor({ state: "detached" });
    }
    await page.getByRole("button", { name: "Lisää esitys" }).click();
    await fillDraft({ title: TITLE, kind: "Tallennettu esitys (video)" });
    await organiser.shoot("manage-dialog");
    await page.getByRole("dialog").getByRole("button", { name: "Tallenna" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row().getByText("Videota ei ole vielä lisätty.").waitFor();
  });

  it("may not overlap another one on the same stage", async () => {
    const { page } = organiser;
    const taken = await startOf(TITLE);
    await page.getByRole("button", { name: "Lisää esitys" }).click();
    await fillDraft({ title: "Päällekkäinen", startsAt: taken });
    await page.getByRole("dialog").getByRole("button", { name: "Tallenna" }).click();
    const sentence = page.getByText("Samalla lavalla on jo esitys tähän aikaan. Siirrä jompaakumpaa.");
    await sentence.waitFor().finally(() => organiser.shoot("manage-overlap"));
    await page.getByRole("dialog").getByRole("button", { name: "Peruuta" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await page.getByText("Päällekkäinen").count()).toBe(0);
  });

  it("refuses in plain words what is no video, whatever its name says", async () => {
    await chooseFile(row(), notAVideo);
    await row()
      .getByText(/Tiedosto ei ole video, jota osaamme käyttää/)
      .waitFor();
    await organiser.shoot("manage-refused");
  });

  it("takes the video: the organiser sees upload, conversion and when it is ready", async () => {
    const session = await organiser.context.newCDPSession(organiser.page);
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: UPLINK,
    });
    await chooseFile(row(), video);
    const progress = row().getByRole("progressbar", { name: "Lähetetään: lecture" });
    await waitFor(
      async () => {
        const value = Number(await progress.getAttribute("aria-valuenow").catch(() => "0"));
        return value > 5 && value < 100;
      },
      { timeoutMs: 60_000, what: "the upload's progress" },
    );
    await organiser.shoot("manage-uploading");
    await row()
      .getByRole("progressbar", { name: /Muunnetaan|Odottaa/ })
      .waitFor();
    await row()
      .getByText("Valmis lähetettäväksi (0:30)")
      .waitFor({ timeout: 120_000 })
      .finally(() => organiser.shoot("manage-converted"));
  });

  it("is moved to the next minute, until when the stage is closed", async () => {
    startsAtMs = Math.ceil((Date.now() + LEAD_MS) / MINUTE_MS) * MINUTE_MS;
    await watcher.page.goto(`${product.url}/e/jarjestomessut/stage/paasali`);
    await organiser.page.getByRole("button", { name: `Muokkaa: ${TITLE}` }).click();
    await fillDraft({ startsAt: localInput(startsAtMs) });
    await organiser.page.getByRole("dialog").getByRole("button", { name: "Tallenna" }).click();
    await organiser.page.getByRole("dialog").waitFor({ state: "detached" });
    expect(Date.now()).toBeLessThan(startsAtMs);
    await watcher.page.locator(".stage-cover", { hasText: TITLE }).waitFor();
    expect(await counterIn(watcher)).toBeNull();
    expect(await watcher.page.getByText("LIVE", { exact: true }).count()).toBe(0);
    await watcher.shoot("stage-before");
  });

  it("goes on air by itself at its time, with picture and sound", async () => {
    const startsInMs = startsAtMs - Date.now();
    const behind = await behindClock(watcher, VIDEO, startsInMs + 20_000);
    console.log(`WebRTC: content is ${behind.toFixed(2)} s behind the schedule`);
    expect(behind).toBeLessThan(1.5);
    expect(behind).toBeGreaterThan(-0.5);
    const { allDb, toneDb } = await readSound(watcher.page, VIDEO, TONE_HZ);
    expect(allDb).toBeGreaterThan(-40);
    expect(toneDb).toBeGreaterThan(-60);
    await watcher.page.getByText(TITLE).first().waitFor();
    await watcher.shoot("stage-video");
  });

  it("is joined at the right second by who comes late, and is on the break-room screen", async () => {
    await late.page.goto(`${product.url}/e/jarjestomessut/stage/paasali`);
    const behind = await waitFor(
      async () => {
        const seconds = await behindClock(late, VIDEO, 20_000);
        return seconds < 4 && { seconds };
      },
      { timeoutMs: 20_000, what: "HLS less than 4 s behind the schedule" },
    );
    console.log(`HLS, come late: content is ${behind.seconds.toFixed(2)} s behind the schedule`);
    expect(behind.seconds).toBeGreaterThan(-0.5);
    await late.page.goto("about:blank");
    await screen.page.goto(product.link(/screen/i));
    expect(await behindClock(screen, ".screen-picture video", 20_000)).toBeLessThan(8);
    await screen.page.getByText("Suora lähetys").waitFor();
    await screen.page.getByRole("heading", { name: TITLE }).waitFor();
    await screen.shoot("screen-video");
  });

  it("gives way to a slate when it is over, and says what is next", async () => {
    const untilEndMs = startsAtMs + SECONDS * 1000 - Date.now();
    await waitFor(
      async () => Date.now() > startsAtMs + SECONDS * 1000 && (await counterIn(watcher)) === null,
      {
        timeoutMs: untilEndMs + 10_000,
        what: "the end of the video's picture",
      },
    );
    const seen = await readPicture(watcher.page, VIDEO);
    expect(seen).not.toBeNull();
    await watcher.page.getByText("LIVE", { exact: true }).first().waitFor();
    const next = watcher.page.locator(".now-next-slot", { hasText: "Seuraavaksi" });
    await next.getByText(NEXT_TITLE).waitFor();
    await watcher.shoot("stage-slate");
  });

  it("is there as a replay when the stage has closed by itself, as long as it was", async () => {
    const { page } = watcher;
    const replay = page.locator(".replay-card", { hasText: TITLE });
    await replay.waitFor({ timeout: 110_000 });
    await watcher.shoot("stage-after", true);
    await screen.page.getByText("Uusinta").waitFor({ timeout: 70_000 });
    await replay.click();
    const first = await waitFor(() => counterIn(watcher).then((counter) => counter !== null && { counter }), {
      timeoutMs: 45_000,
      what: "the replay's picture",
    });
    expect(first.counter).toBeLessThan(10 * FPS);
    const length = await page.locator(VIDEO).evaluate((element: HTMLVideoElement) => element.duration);
    expect(Math.abs(length - SECONDS)).toBeLessThan(4);
    await watcher.shoot("replay");
  });

  it("called no foreign host and broke no page", () => {
    for (const visitor of [organiser, watcher, late, screen]) {
      expect(visitor.foreign).toEqual([]);
      expect(visitor.errors).toEqual([]);
    }
  });

  /** The new presentation's row on the organiser's page. */
  function row(title = TITLE): Locator {
    return organiser.page.locator(".manage-row", { hasText: title });
  }

  async function fillDraft(draft: { title?: string; kind?: string; startsAt?: string }): Promise<void> {
    const dialog = organiser.page.getByRole("dialog");
    if (draft.kind) await dialog.getByLabel("Millainen esitys").selectOption({ label: draft.kind });
    if (draft.title) await dialog.getByLabel("Otsikko suomeksi").fill(draft.title);
    if (draft.startsAt) await dialog.getByLabel("Alkaa").fill(draft.startsAt);
    await dialog.getByLabel("Kesto minuutteina").fill("1");
  }

  /** When the presentation begins, as the dialog's field has it. */
  async function startOf(title: string): Promise<string> {
    await organiser.page.getByRole("button", { name: `Muokkaa: ${title}` }).click();
    const dialog = organiser.page.getByRole("dialog");
    const value = await dialog.getByLabel("Alkaa").inputValue();
    await dialog.getByRole("button", { name: "Peruuta" }).click();
    await dialog.waitFor({ state: "detached" });
    return value;
  }

  async function chooseFile(within: Locator, path: string): Promise<void> {
    const chooser = organiser.page.waitForEvent("filechooser");
    await within.getByRole("button", { name: "Lisää video" }).click();
    await (await chooser).setFiles(path);
  }

  async function counterIn(visitor: Visitor, selector = VIDEO): Promise<number | null> {
    return (await readPicture(visitor.page, selector))?.counter ?? null;
  }

  /** How far the burnt-in second is behind the one that the schedule has now, once a picture of it is there. */
  async function behindClock(visitor: Visitor, selector: string, patienceMs: number): Promise<number> {
    const read = () => readPicture(visitor.page, selector).catch(() => null);
    await waitFor(async () => (await read())?.counter != null, {
      timeoutMs: patienceMs,
      what: `the video's picture in ${selector}`,
    }).catch(async (error: unknown) => {
      await visitor.shoot("video-failed");
      throw error;
    });
    const all: number[] = [];
    while (all.length < 3) {
      const sample = await read();
      if (sample?.counter == null) throw new Error("the picture went away");
      all.push((sample.atMs - startsAtMs) / 1000 - sample.counter / FPS);
    }
    return all.sort((a, b) => a - b)[1]!;
  }
});

/** As `<input type="datetime-local">` takes it, in the event's zone. */
function localInput(atMs: number): string {
  const text = new Date(atMs).toLocaleString("sv-SE", { timeZone: "Europe/Helsinki" });
  return text.slice(0, 16).replace(" ", "T");
}
