import { blockUdp } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { watchPictures } from "../../support/chaos/picture-watch.ts";
import { PROGRAMME, STAGE_PATH } from "../../support/live-lecture.ts";
import { readPicture } from "../../support/picture.ts";
import { waitFor } from "../../support/wait-for.ts";
import { readLine, watchLine } from "./line-watch.ts";
import { openStageAnew, secondsUntilPicture } from "./picture-times.ts";
import { countPageErrors, createLineLoad, requirePerson, requireWire } from "./wired-load.ts";

/** What was on its way when the firewall closed has come by then. */
const SETTLED_MS = 1_000;

export default defineFault({
  name: "udp-blocked",
  title: "a firewall lets no UDP of a viewer through: while watching, and at entering",
  ground: createLineLoad,
  bounds: {
    whileWatching: { what: "picture goes on after UDP was blocked", unit: "s", atMost: 8 },
    silence: { what: "silence until then", unit: "s", atMost: 8 },
    stayedByTcp: { what: "then by WebRTC over TCP (1)", unit: "", atLeast: 1 },
    atEntering: { what: "picture after the page was opened", unit: "s", atMost: 8 },
    enteredByTcp: { what: "entered by WebRTC over TCP (1)", unit: "", atLeast: 1 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const viewer = requirePerson(load, "viewer");
    const { page } = viewer;
    const isByWebrtc = () =>
      page.locator(PROGRAMME).evaluate((video: HTMLVideoElement) => (video.srcObject === null ? 0 : 1));
    await load.begin();
    await watchPictures(page, PROGRAMME);
    await watchLine(page);
    const undo = blockUdp(requireWire(load).cable);
    try {
      const blockedAt = Date.now();
      const whileWatching = (await secondsUntilPicture(page, blockedAt + SETTLED_MS)) + SETTLED_MS / 1000;
      const stayedByTcp = await isByWebrtc();
      const { longestSilentS: silence } = await readLine(page);
      const openedAt = Date.now();
      await page.goto(viewer.origin + STAGE_PATH);
      await waitFor(async () => (await readPicture(page, PROGRAMME))?.counter != null, { timeoutMs: 30_000 });
      const atEntering = (Date.now() - openedAt) / 1000;
      const enteredByTcp = await isByWebrtc();
      return {
        whileWatching,
        silence,
        stayedByTcp,
        atEntering,
        enteredByTcp,
        pageErrors: countPageErrors(load),
      };
    } finally {
      undo();
      await openStageAnew(viewer);
    }
  },
});
