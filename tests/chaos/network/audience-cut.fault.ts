import { setTimeout as sleep } from "node:timers/promises";
import { breakLine } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { ScreenWatch } from "../../support/screen-look.ts";
import { secondsUntilPicture } from "./picture-times.ts";
import { countPageErrors, createAudienceLoad, requirePerson, requireWire } from "./wired-load.ts";

const CUT_MS = 30_000;

export default defineFault({
  name: "audience-cut",
  title: "network of a viewer and of a screen cut for 30 s",
  ground: createAudienceLoad,
  bounds: {
    viewerBack: { what: "viewer plays after the link is back", unit: "s", atMost: 5 },
    screenBack: { what: "screen plays after the link is back", unit: "s", atMost: 5 },
    screenBlack: { what: "looks at the screen that found it black", unit: "", atMost: 0 },
    screenForeign: { what: "looks at the screen that found an error page", unit: "", atMost: 0 },
    screenLooks: { what: "looks at the screen", unit: "", atLeast: 20 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const [viewer, screen] = [requirePerson(load, "viewer"), requirePerson(load, "screen")];
    await load.begin();
    const watch = new ScreenWatch(screen.page);
    const mend = breakLine(requireWire(load).cable);
    await sleep(CUT_MS).finally(mend);
    const mendedAt = Date.now();
    const [viewerBack, screenBack] = await Promise.all([
      secondsUntilPicture(viewer.page, mendedAt),
      secondsUntilPicture(screen.page, mendedAt),
    ]);
    const { looks, black, foreign } = await watch.end();
    return {
      viewerBack,
      screenBack,
      screenBlack: black,
      screenForeign: foreign,
      screenLooks: looks,
      pageErrors: countPageErrors(load),
    };
  },
});
