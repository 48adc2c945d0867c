import { setTimeout as sleep } from "node:timers/promises";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { readMixerDeaths } from "../../support/chaos/mixer-deaths.ts";
import { listZombies } from "../../support/chaos/process-signals.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import type { StandingLoad } from "../../support/chaos/standing-load.ts";
import { requireMixerPid, requirePid } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

const DEATHS = 10;
/** With five deaths in a minute it is failing. */
const FAILING_AFTER = 5;

const bounds = {
  firstPauses: { what: "longest pause before a new mixer, deaths 1 to 4", unit: "ms", atMost: 0 },
  latePauses: { what: "shortest pause before a new mixer, deaths 5 to 8", unit: "ms", atLeast: 2_000 },
  pausesGrow: { what: "pauses that were shorter than the one before, deaths 5 to 8", unit: "", atMost: 0 },
  back: { what: "picture at everybody after the last mixer began", unit: "s", atMost: 5 },
  zombies: { what: "zombies", unit: "", atMost: 0 },
  ...runBounds({
    ...neverBack,
    discontinuities: { atLeast: 1 },
    chatP95: { atMost: 500 },
    chatRefusals: { atMost: 0 },
    pageErrors: { atMost: 0 },
  }),
} as const satisfies Record<string, Bound>;

export default defineFault({
  name: "mixer-ends-ten-times",
  title: "mixer ends at once, ten times",
  limitMs: 300_000,
  bounds,
  async strike(load) {
    // Deaths of earlier runs are forgotten after a minute.
    await waitFor(() => Date.now() - lastDeathMs(load) > 61_000, {
      timeoutMs: 70_000,
      what: "a quiet minute",
    });
    const since = await load.begin();
    const earlier = readMixerDeaths(load).length;
    for (let n = 0; n < DEATHS; n++) {
      process.kill(requireMixerPid(load.product), "SIGKILL");
      const { pauseMs } = await waitFor(() => readMixerDeaths(load)[earlier + n] ?? null, {
        what: `a note of death ${n + 1}`,
      });
      await sleep(pauseMs + 100);
    }
    const lastBegan = Date.now();
    await load.untilWell();
    const back = (Date.now() - lastBegan) / 1000;
    await sleep(4_500);
    const run = await load.read(since);
    const pauses = readMixerDeaths(load)
      .slice(earlier)
      .map(({ pauseMs }) => pauseMs);
    const late = pauses.slice(FAILING_AFTER - 1, 8);
    return {
      firstPauses: Math.max(...pauses.slice(0, FAILING_AFTER - 1)),
      latePauses: Math.min(...late),
      pausesGrow: late.filter((pauseMs, index) => index > 0 && pauseMs < late[index - 1]!).length,
      back,
      zombies: listZombies(requirePid(load.product, "media node")).length,
      ...runFigures(bounds, run),
    };
  },
});

function lastDeathMs(load: StandingLoad): number {
  return readMixerDeaths(load).at(-1)?.atMs ?? 0;
}
