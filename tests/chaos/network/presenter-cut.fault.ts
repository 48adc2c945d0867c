import { setTimeout as sleep } from "node:timers/promises";
import { readBackstageNames } from "../../support/backstage-names.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { HOST_NAME, PROGRAMME } from "../../support/live-lecture.ts";
import { readPicture } from "../../support/picture.ts";
import { waitFor } from "../../support/wait-for.ts";
import { createCabledLoad, requireCables } from "./cabled-load.ts";
import { secondsUntilLastChange, secondsUntilPicture } from "./picture-times.ts";

const CUT_MS = 30_000;
/** After the cut, by when the card is the one that stays. */
const SETTLED_MS = 12_000;

export default defineFault({
  name: "presenter-cut",
  title: "network of the only presenter cut for 30 s",
  ground: createCabledLoad,
  limitMs: 180_000,
  bounds: {
    slate: { what: "no presenter's picture but the slate, after the cut", unit: "s", atMost: 5 },
    namedSlate: { what: "slate that names who is away, after the cut", unit: "s", atMost: 5 },
    back: { what: "same participant on air after the link is back", unit: "s", atMost: 5 },
    participants: { what: "participants of that name backstage", unit: "", atLeast: 1, atMost: 1 },
    hlsStandsStill: { what: "longest wait for a part, worst HLS viewer", unit: "s", atMost: 3 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const { studio } = requireCables(load);
    const { host, watcher } = load.pages;
    await host.page.evaluate("window.loadedAt = performance.timeOrigin");
    const since = await load.begin();
    studio.cut();
    const cutAt = Date.now();
    await waitFor(async () => (await readPicture(watcher.page, PROGRAMME))?.counter === null, {
      timeoutMs: 20_000,
      what: "a picture without the presenter",
    });
    const slate = (Date.now() - cutAt) / 1000;
    // First comes the card that lies behind every picture, then the one that names who is away.
    const namedSlate = await secondsUntilLastChange(watcher.page, cutAt, SETTLED_MS);
    await sleep(CUT_MS - (Date.now() - cutAt));
    await watcher.shoot("chaos-presenter-cut");
    studio.restore();
    const restoredAt = Date.now();
    const back = await secondsUntilPicture(watcher.page, restoredAt);
    await host.page.getByText("LÄHETYKSESSÄ").waitFor();
    const isSamePage = await host.page.evaluate("window.loadedAt === performance.timeOrigin");
    if (!isSamePage) throw new Error("the presenter's page was loaded anew");
    await load.untilWell();
    const names = await readBackstageNames(load.product);
    const { hlsWaitS, pageErrors } = await load.read(since);
    return {
      slate,
      namedSlate,
      back,
      participants: names.filter((name) => name === HOST_NAME).length,
      hlsStandsStill: hlsWaitS,
      pageErrors,
    };
  },
});
