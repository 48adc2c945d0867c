import { setTimeout as sleep } from "node:timers/promises";
import { defineFault } from "../../support/chaos/fault.ts";
import { watchPictures } from "../../support/chaos/picture-watch.ts";
import { ScreenWatch } from "../../support/screen-look.ts";
import { createCabledLoad, requireCables } from "./cabled-load.ts";
import { secondsUntilPicture } from "./picture-times.ts";

const SCREEN_VIDEO = ".screen-picture video";
const OFFLINE_MS = 15_000;

export default defineFault({
  name: "screen-started-offline",
  title: "a screen that was seen before is started without a network",
  ground: createCabledLoad,
  limitMs: 180_000,
  bounds: {
    card: { what: "screen's own page is there", unit: "s", atMost: 5 },
    screenBlack: { what: "looks at the screen that found it black", unit: "", atMost: 0 },
    screenForeign: { what: "looks at the screen that found an error page", unit: "", atMost: 0 },
    screenLooks: { what: "looks at the screen", unit: "", atLeast: 8 },
    saysLive: { what: "it says that something is live while it cannot know", unit: "", atMost: 0 },
    screenBack: { what: "screen plays after the link is there", unit: "s", atMost: 5 },
    pageErrors: { what: "errors in the page", unit: "", atMost: 0 },
  },
  async strike(load) {
    const { audience } = requireCables(load);
    const { page, errors } = load.pages.screens[0]!;
    await load.begin();
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)");
    audience.cut();
    let restored = false;
    try {
      const startedAt = Date.now();
      await page.reload({ waitUntil: "commit" });
      await page.locator("main.screen").waitFor({ timeout: 30_000 });
      const card = (Date.now() - startedAt) / 1000;
      const watch = new ScreenWatch(page);
      await sleep(OFFLINE_MS);
      const saysLive = await page.locator('main.screen[data-showing="live"]').count();
      await watchPictures(page, SCREEN_VIDEO);
      audience.restore();
      restored = true;
      const restoredAt = Date.now();
      // The watch begins with "moved now": only what comes after the link counts.
      const screenBack = await secondsUntilPicture(page, restoredAt + 50);
      const { looks, black, foreign } = await watch.end();
      return {
        card,
        screenBlack: black,
        screenForeign: foreign,
        screenLooks: looks,
        saysLive,
        screenBack,
        pageErrors: errors.length,
      };
    } finally {
      if (!restored) audience.restore();
    }
  },
});
