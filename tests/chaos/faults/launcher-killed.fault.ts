import { isAlive } from "../../../server/platform/process-table.ts";
import { Browser } from "../../support/browser.ts";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { listRecorded } from "../../support/chaos/recording.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { EVENT_AND_STAGE } from "../../support/chaos/standing-load.ts";
import { listDescendants } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

const GONE_WITHIN_MS = 20_000;

const bounds = {
  orphansGone: { what: "all its processes gone", unit: "s", atMost: 10 },
  orphans: { what: "orphans", unit: "", atMost: 0 },
  ready: { what: "next start ready", unit: "s" },
  well: { what: "everybody sees, hears and chats again after it was ready", unit: "s", atMost: 15 },
  sameBroadcast: { what: "the same broadcast goes on", unit: "", atLeast: 1 },
  filesLost: { what: "recorded files that are gone", unit: "", atMost: 0 },
  ...runBounds({ discontinuities: { atLeast: 1 }, ...neverBack, socketsBack: {}, pageErrors: { atMost: 0 } }),
} as const satisfies Record<string, Bound>;

export default defineFault({
  name: "launcher-killed",
  title: "launcher SIGKILL, then a start",
  limitMs: 180_000,
  bounds,
  async strike(load) {
    const { child, exited } = load.product.launched;
    const below = listDescendants(child.pid!);
    const recorded = listRecorded(load);
    const since = await load.begin();
    child.kill("SIGKILL");
    await exited;
    const areGone = () => below.every(({ pid }) => !isAlive(pid));
    const orphans = await waitFor(areGone, { timeoutMs: GONE_WITHIN_MS }).then(
      () => [],
      () => below.filter(({ pid }) => isAlive(pid)),
    );
    const goneAt = Date.now();
    await load.startAgain();
    const readyAt = Date.now();
    await load.untilWell();
    const wellAt = Date.now();
    const { state } = await new Browser(load.url).call("readStage", { params: EVENT_AND_STAGE });
    const isSame = state.phase === "live" && state.broadcastId === load.broadcastId;
    const left = new Set(listRecorded(load));
    const run = await load.read(since);
    return {
      orphansGone: (goneAt - since) / 1000,
      orphans: orphans.length,
      ready: (readyAt - goneAt) / 1000,
      well: (wellAt - readyAt) / 1000,
      sameBroadcast: isSame ? 1 : 0,
      filesLost: recorded.filter((file) => !left.has(file)).length,
      ...runFigures(bounds, run),
    };
  },
});
