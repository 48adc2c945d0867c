import { setTimeout as sleep } from "node:timers/promises";
import { readBackstageNames } from "../../support/backstage-names.ts";
import { breakLine } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { HOST_NAME, PROGRAMME } from "../../support/live-lecture.ts";
import { readPicture } from "../../support/picture.ts";
import { waitFor } from "../../support/wait-for.ts";
import { secondsUntilPicture } from "./picture-times.ts";
import { createLostSlateLook } from "./slate-look.ts";
import { countPageErrors, createStudioLoad, requirePerson, requireWire } from "./wired-load.ts";

/** And up to two seconds more, so that runs meet every moment of the attempts to come back. */
const CUT_MS = 30_000;
const SPREAD_MS = 2_000;
const PATIENCE = { timeoutMs: 20_000 };

export default defineFault({
  name: "presenter-cut",
  title: "network of the only presenter cut for 30 s",
  ground: createStudioLoad,
  bounds: {
    slate: { what: "no presenter's picture but the slate, after the cut", unit: "s", atMost: 5 },
    namedSlate: { what: "slate that names who is away, after the cut", unit: "s", atMost: 5 },
    back: { what: "same participant on air after the link is back", unit: "s", atMost: 5 },
    participants: { what: "participants of that name backstage", unit: "", atLeast: 1, atMost: 1 },
    viewersPicture: { what: "time without a packet, worst WebRTC viewer", unit: "s", atMost: 1 },
    hlsWait: { what: "longest wait for a part, worst HLS viewer", unit: "s", atMost: 1.5 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const { page: onlooker } = requirePerson(load, "onlooker");
    const { page } = requirePerson(load, "presenter");
    const showsLostName = await createLostSlateLook(HOST_NAME);
    await page.evaluate("window.loadedAt = performance.timeOrigin");
    const since = await load.begin();
    const mend = breakLine(requireWire(load).cable);
    const cutAt = Date.now();
    let slate: number;
    let namedSlate: number;
    try {
      await waitFor(async () => (await readPicture(onlooker, PROGRAMME))?.counter === null, {
        ...PATIENCE,
        what: "a picture without the presenter",
      });
      slate = (Date.now() - cutAt) / 1000;
      await waitFor(() => showsLostName(onlooker), { ...PATIENCE, what: "a slate with the name" });
      namedSlate = (Date.now() - cutAt) / 1000;
      await sleep(CUT_MS + Math.random() * SPREAD_MS - (Date.now() - cutAt));
      if (!(await showsLostName(onlooker))) throw new Error("the slate with the name did not stay");
    } finally {
      mend();
    }
    const back = await secondsUntilPicture(onlooker, Date.now());
    await page.getByText("LÄHETYKSESSÄ").waitFor();
    const isSamePage = await page.evaluate("window.loadedAt === performance.timeOrigin");
    if (!isSamePage) throw new Error("the presenter's page was loaded anew");
    const names = await readBackstageNames(load.product);
    const { viewersPictureS, hlsWaitS } = await load.read(since);
    return {
      slate,
      namedSlate,
      back,
      participants: names.filter((name) => name === HOST_NAME).length,
      viewersPicture: viewersPictureS,
      hlsWait: hlsWaitS,
      pageErrors: countPageErrors(load),
    };
  },
});
