import { setTimeout as sleep } from "node:timers/promises";
import { defineFault } from "../../support/chaos/fault.ts";
import { ScreenWatch } from "../../support/screen-look.ts";
import { createCabledLoad, requireCables } from "./cabled-load.ts";
import { secondsUntilPicture } from "./picture-times.ts";

const CUT_MS = 30_000;

export default defineFault({
  name: "audience-cut",
  title: "network of a viewer and of a screen cut for 30 s",
  ground: createCabledLoad,
  limitMs: 180_000,
  bounds: {
    viewerBack: { what: "viewer plays after the link is back", unit: "s", atMost: 5 },
    screenBack: { what: "screen plays after the link is back", unit: "s", atMost: 5 },
    screenBlack: { what: "looks at the screen that found it black", unit: "", atMost: 0 },
    screenForeign: { what: "looks at the screen that found an error page", unit: "", atMost: 0 },
    screenLooks: { what: "looks at the screen", unit: "", atLeast: 20 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const { audience } = requireCables(load);
    const { watcher, screens } = load.pages;
    const screen = screens[0]!;
    const since = await load.begin();
    const watch = new ScreenWatch(screen.page);
    audience.cut();
    await sleep(CUT_MS);
    audience.restore();
    const restoredAt = Date.now();
    const [viewerBack, screenBack] = await Promise.all([
      secondsUntilPicture(watcher.page, restoredAt),
      secondsUntilPicture(screen.page, restoredAt),
    ]);
    await load.untilWell();
    const { looks, black, foreign } = await watch.end();
    const { pageErrors } = await load.read(since);
    return {
      viewerBack,
      screenBack,
      screenBlack: black,
      screenForeign: foreign,
      screenLooks: looks,
      pageErrors,
    };
  },
});
