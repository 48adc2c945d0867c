import { Browser } from "../../support/browser.ts";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { readFaultWords } from "../../support/chaos/fault-words.ts";
import { readMixerDeaths, readMixerPid, untilMixerMayDie } from "../../support/chaos/mixer-deaths.ts";
import { listZombies } from "../../support/chaos/process-signals.ts";
import { untilRecorded } from "../../support/chaos/recording.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { EVENT_AND_STAGE, type StandingLoad } from "../../support/chaos/standing-load.ts";
import { requirePid } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

const DEATHS = 10;
/** With five deaths in a minute it is failing. */
const FAILING_AFTER = 5;

const bounds = {
  firstPauses: { what: "longest pause before a new mixer, deaths 1 to 4", unit: "ms", atMost: 0 },
  latePauses: { what: "shortest pause before a new mixer, deaths 5 to 10", unit: "ms", atLeast: 2_000 },
  pausesShrink: { what: "pauses that were shorter than the one before", unit: "", atMost: 0 },
  told: { what: "everybody told, after the fifth death", unit: "s", atMost: 1 },
  pagesSay: { what: "pages and screens that say so in words", unit: "%", atLeast: 100, at: "pages" },
  toldOfEnd: { what: "everybody told that it is over, after the last mixer began", unit: "s", atMost: 5 },
  pagesStillSay: { what: "pages and screens that say so when all is well", unit: "", atMost: 0, at: "pages" },
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
  limitMs: 240_000,
  bounds,
  async strike(load) {
    await untilMixerMayDie(load, FAILING_AFTER - 1);
    const earlier = readMixerDeaths(load).length;
    const since = await load.begin();
    let told = Number.NaN;
    let words: boolean[] = [];
    let mixer = readMixerPid(load);
    for (let n = 1; n <= DEATHS; n++) {
      process.kill(mixer, "SIGKILL");
      const diedAt = Date.now();
      const { pauseMs } = await waitFor(() => readMixerDeaths(load)[earlier + n - 1] ?? null, {
        what: `a note of death ${n}`,
      });
      if (n === FAILING_AFTER) told = await secondsUntilTold(load, true, diedAt);
      // By then pictures stand still everywhere: HLS pages play for some seconds what they have.
      if (n === DEATHS && load.hasPages)
        words = await waitFor(() => readFaultWords(load.pages).then((all) => all.every(Boolean) && all), {
          timeoutMs: pauseMs - 500,
        }).catch(() => readFaultWords(load.pages));
      const dead = mixer;
      mixer = await waitFor(() => (readMixerPid(load) === dead ? null : readMixerPid(load)), {
        timeoutMs: pauseMs + 5_000,
        what: `a mixer after death ${n}`,
      });
    }
    const lastBegan = Date.now();
    const toldOfEnd = secondsUntilTold(load, false, lastBegan);
    await load.untilWell();
    const back = (Date.now() - lastBegan) / 1000;
    const figures = { told, back, toldOfEnd: await toldOfEnd };
    await untilRecorded(load);
    const stillSay = load.hasPages ? (await readFaultWords(load.pages)).filter(Boolean).length : Number.NaN;
    const run = await load.read(since);
    const pauses = readMixerDeaths(load)
      .slice(earlier)
      .map(({ pauseMs }) => pauseMs);
    const [first, late] = [pauses.slice(0, FAILING_AFTER - 1), pauses.slice(FAILING_AFTER - 1)];
    return {
      ...figures,
      firstPauses: Math.max(...first),
      latePauses: Math.min(...late),
      pausesShrink: pauses.filter((pauseMs, index) => index > 0 && pauseMs < pauses[index - 1]!).length,
      pagesSay: words.length === 0 ? Number.NaN : (100 * words.filter(Boolean).length) / words.length,
      pagesStillSay: stillSay,
      zombies: listZombies(requirePid(load.product, "media node")).length,
      ...runFigures(bounds, run),
    };
  },
});

/** Seconds from `sinceMs` until the stage's state says that its programme fails, or does not. */
async function secondsUntilTold(load: StandingLoad, isFailing: boolean, sinceMs: number): Promise<number> {
  const anybody = new Browser(load.url);
  await waitFor(
    async () => {
      const { state } = await anybody.call("readStage", { params: EVENT_AND_STAGE });
      return state.isProgrammeFailing === isFailing;
    },
    { timeoutMs: 30_000, what: isFailing ? "a notice that the programme fails" : "the notice's end" },
  );
  return (Date.now() - sinceMs) / 1000;
}
