import { isAlive } from "../../../server/platform/process-table.ts";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { nextStartBounds, readNextStart } from "../../support/chaos/next-start.ts";
import { readPlayable } from "../../support/chaos/read-playable.ts";
import { listRecorded, readRecordedUntil } from "../../support/chaos/recording.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { listDescendants } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

/** Who was told to end with it may need a moment more to be gone. */
const GONE_WITHIN_MS = 1_000;

const bounds = {
  ended: { what: "launcher ended after", unit: "s", atMost: 10 },
  exitCode: { what: "its exit code", unit: "", atLeast: 0, atMost: 0 },
  orphans: { what: "processes that it left behind", unit: "", atMost: 0 },
  unrecorded: { what: "not recorded before its end", unit: "s", atMost: 2 },
  ...nextStartBounds,
  played: { what: "pictures that play of what was recorded before and after", unit: "%", atLeast: 99 },
  ...runBounds({ discontinuities: { atLeast: 1 }, ...neverBack, socketsBack: {}, pageErrors: { atMost: 0 } }),
} as const satisfies Record<string, Bound>;

export default defineFault({
  name: "stopped-while-live",
  title: "launcher SIGTERM while live, then a start",
  limitMs: 180_000,
  bounds,
  async strike(load) {
    const { child, exited } = load.product.launched;
    const below = listDescendants(child.pid!);
    const recorded = listRecorded(load);
    const since = await load.begin();
    child.kill("SIGTERM");
    const exitCode = await exited;
    const endedAt = Date.now();
    const areGone = () => below.every(({ pid }) => !isAlive(pid));
    await waitFor(areGone, { timeoutMs: GONE_WITHIN_MS }).catch(() => {});
    const orphans = below.filter(({ pid }) => isAlive(pid));
    for (const { pid, command } of orphans) console.log(`     left behind: ${pid} ${command.slice(0, 200)}`);
    const recordedUntil = readRecordedUntil(load);
    const figures = await readNextStart(load, recorded);
    const run = await load.read(since);
    return {
      ended: (endedAt - since) / 1000,
      exitCode: typeof exitCode === "number" ? exitCode : -1,
      orphans: orphans.length,
      unrecorded: (endedAt - recordedUntil) / 1000,
      ...figures,
      played: await readPlayable(load, since),
      ...runFigures(bounds, run),
    };
  },
});
