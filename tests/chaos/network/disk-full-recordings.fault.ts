import { setTimeout as sleep } from "node:timers/promises";
import { Browser } from "../../support/browser.ts";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { untilRecorded } from "../../support/chaos/recording.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { EVENT_AND_STAGE, type StandingLoad } from "../../support/chaos/standing-load.ts";
import { requirePid } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";
import { createSmallDiskLoad, requireSmallDisks } from "./small-disk-load.ts";

const FULL_MS = 12_000;

const bounds = {
  hostTold: { what: "hosts are told", unit: "s", atMost: 10 },
  hostToldOfRoom: { what: "notice gone once there is room", unit: "s", atMost: 10 },
  missing: { what: "missing in the recording beyond the time without room", unit: "s", atMost: 12 },
  ...runBounds({
    viewersPicture: { atMost: 3 },
    hlsWait: { atMost: 3 },
    hlsGap: { atMost: 0.1 },
    ...neverBack,
    chatP95: { atMost: 500 },
  }),
} as const satisfies Record<string, Bound>;

export default defineFault({
  name: "disk-full-recordings",
  title: "recordings' disk full for some time",
  ground: createSmallDiskLoad,
  bounds,
  async strike(load) {
    const { recordings } = requireSmallDisks(load);
    const mediaNode = requirePid(load.product, "media node");
    const isTold = async () => (await readStage(load)).state.isRecordingFailing;
    const since = await load.begin();
    recordings.fill(mediaNode);
    const fullAt = Date.now();
    await waitFor(isTold, { timeoutMs: 30_000, what: "a notice" });
    const hostTold = (Date.now() - fullAt) / 1000;
    await sleep(FULL_MS);
    recordings.free(mediaNode);
    const freeAt = Date.now();
    await waitFor(async () => !(await isTold()), { timeoutMs: 30_000, what: "the end of the notice" });
    const hostToldOfRoom = (Date.now() - freeAt) / 1000;
    await untilRecorded(load);
    const run = await load.read(since);
    return {
      hostTold,
      hostToldOfRoom,
      missing: run.recordingGapS - (freeAt - fullAt) / 1000,
      ...runFigures(bounds, run),
    };
  },
});

function readStage(load: StandingLoad) {
  return new Browser(load.url).call("readStage", { params: EVENT_AND_STAGE });
}
