import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { breakLine } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { watchPictures } from "../../support/chaos/picture-watch.ts";
import { ScreenWatch } from "../../support/screen-look.ts";
import { waitFor } from "../../support/wait-for.ts";
import { SCREEN_VIDEO, secondsUntilPicture } from "./picture-times.ts";
import { countPageErrors, createAudienceLoad, requirePerson, requireWire } from "./wired-load.ts";

const OFFLINE_MS = 15_000;

export default defineFault({
  name: "screen-started-offline",
  title: "a screen that was seen before is started without a network",
  ground: createAudienceLoad,
  bounds: {
    card: { what: "screen's own page is there", unit: "s", atMost: 5 },
    screenBlack: { what: "looks at the screen that found it black", unit: "", atMost: 0 },
    screenForeign: { what: "looks at the screen that found an error page", unit: "", atMost: 0 },
    screenLooks: { what: "looks at the screen", unit: "", atLeast: 8 },
    saysLive: { what: "it says that something is live while it cannot know", unit: "", atMost: 0 },
    screenBack: { what: "screen plays after the link is there", unit: "s", atMost: 5 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const { page } = requirePerson(load, "screen");
    await load.begin();
    await waitFor(() => isKept(page), { what: "a worker that keeps the screen's page" });
    const mend = breakLine(requireWire(load).cable);
    let mendedAt: number;
    let card: number;
    let saysLive: number;
    let watch: ScreenWatch;
    try {
      const startedAt = Date.now();
      await page.reload({ waitUntil: "commit" });
      await page.locator("main.screen").waitFor({ timeout: 30_000 });
      card = (Date.now() - startedAt) / 1000;
      watch = new ScreenWatch(page);
      await sleep(OFFLINE_MS);
      saysLive = await page.locator('main.screen[data-showing="live"]').count();
      await watchPictures(page, SCREEN_VIDEO);
    } finally {
      mend();
      mendedAt = Date.now();
    }
    // The watch began with "moved now": only what comes after the link counts.
    const screenBack = await secondsUntilPicture(page, mendedAt + 50);
    const { looks, black, foreign } = await watch.end();
    return {
      card,
      screenBlack: black,
      screenForeign: foreign,
      screenLooks: looks,
      saysLive,
      screenBack,
      pageErrors: countPageErrors(load),
    };
  },
});

/** By the registration: a page that became the screen's without being loaded has no worker of its own yet. */
function isKept(page: Page): Promise<boolean> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration("/screen");
    return registration?.active?.state === "activated";
  });
}
