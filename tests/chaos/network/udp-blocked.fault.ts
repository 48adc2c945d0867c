import { blockUdp } from "../../support/bad-network.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { watchPictures } from "../../support/chaos/picture-watch.ts";
import { PROGRAMME, STAGE_PATH } from "../../support/live-lecture.ts";
import { readPicture } from "../../support/picture.ts";
import { waitFor } from "../../support/wait-for.ts";
import { createLineLoad, requireLine } from "./line-load.ts";
import { openStageAnew, secondsUntilPicture } from "./picture-times.ts";

/** What was on its way when the firewall closed has come by then. */
const SETTLED_MS = 1_000;

export default defineFault({
  name: "udp-blocked",
  title: "a firewall lets no UDP of a viewer through: while watching, and at entering",
  ground: createLineLoad,
  bounds: {
    whileWatching: { what: "picture goes on after UDP was blocked", unit: "s", atMost: 8 },
    atEntering: { what: "picture after the page was opened", unit: "s", atMost: 8 },
    byTcp: { what: "entered by WebRTC over TCP (1)", unit: "", atLeast: 1 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const { cable, viewer } = requireLine(load);
    const { page } = viewer;
    await load.begin();
    await watchPictures(page, PROGRAMME);
    const undo = blockUdp(cable);
    try {
      const blockedAt = Date.now();
      const whileWatching = (await secondsUntilPicture(page, blockedAt + SETTLED_MS)) + SETTLED_MS / 1000;
      const openedAt = Date.now();
      await page.goto(viewer.origin + STAGE_PATH);
      await waitFor(async () => (await readPicture(page, PROGRAMME)) !== null, { timeoutMs: 30_000 });
      const atEntering = (Date.now() - openedAt) / 1000;
      const byTcp = await page
        .locator(PROGRAMME)
        .evaluate((video: HTMLVideoElement) => (video.srcObject === null ? 0 : 1));
      return { whileWatching, atEntering, byTcp, pageErrors: viewer.errors.length };
    } finally {
      undo();
      await openStageAnew(viewer);
    }
  },
});
