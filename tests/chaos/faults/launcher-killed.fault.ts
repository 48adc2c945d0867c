import { isAlive } from "../../../server/platform/process-table.ts";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { nextStartBounds, readNextStart } from "../../support/chaos/next-start.ts";
import { listRecorded } from "../../support/chaos/recording.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { listDescendants } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

const GONE_WITHIN_MS = 20_000;

const bounds = {
  orphansGone: { what: "all its processes gone", unit: "s", atMost: 10 },
  orphans: { what: "orphans", unit: "", atMost: 0 },
  ...nextStartBounds,
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
    const figures = await readNextStart(load, recorded);
    const run = await load.read(since);
    return {
      orphansGone: (goneAt - since) / 1000,
      orphans: orphans.length,
      ...figures,
      ...runFigures(bounds, run),
    };
  },
});
