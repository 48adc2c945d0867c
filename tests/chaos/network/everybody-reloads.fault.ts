import { setTimeout as sleep } from "node:timers/promises";
import { defineFault } from "../../support/chaos/fault.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { SIZE_WITHOUT_BROWSERS, StandingLoad } from "../../support/chaos/standing-load.ts";
import { STAGE_PATH } from "../../support/live-lecture.ts";
import { waitFor } from "../../support/wait-for.ts";

const EVERYBODY = 500;
const WITHIN_MS = 3_000;
const BACK_SHARE = 0.99;
const PATIENCE_MS = 60_000;

const createLargeLoad = (): Promise<StandingLoad> =>
  StandingLoad.create({
    size: { ...SIZE_WITHOUT_BROWSERS, sockets: EVERYBODY, hlsViewers: EVERYBODY, booth: false },
  });

/** Refusals and 5xx that those met who came anew, and what those saw who stayed. */
const stayed = runBounds({
  hlsServerErrors: { atMost: 5 },
  chatRefusals: { atMost: 5 },
  ...neverBack,
  viewersPicture: { atMost: 5 },
});

export default defineFault({
  name: "everybody-reloads",
  title: `${EVERYBODY} sockets and ${EVERYBODY} HLS viewers reload within 3 s`,
  ground: createLargeLoad,
  limitMs: 180_000,
  bounds: {
    socketsBack: { what: "99 % of the sockets back and caught up", unit: "s", atMost: 20 },
    hlsBack: { what: "99 % of the HLS viewers have a part", unit: "s", atMost: 20 },
    pageP99: { what: "page and stage's state answered, p99", unit: "s", atMost: 20 },
    pageFailures: { what: "pages and states answered with 500 or more, or not at all", unit: "", atMost: 5 },
    ...stayed,
  },
  async strike(load) {
    const since = await load.begin();
    await load.sockets.stop();
    await load.hls.stop();
    await load.hls.reset();
    const startedAt = Date.now();
    const url = `${load.url}/media/live/${load.broadcastId}`;
    const pages = askForPages(load.url);
    void load.hls.follow({ url, viewers: EVERYBODY, rampMs: WITHIN_MS });
    await reloadSockets(load);
    const [socketsBack, hlsBack, { p99, failed }] = await Promise.all([
      secondsUntil(startedAt, async () => (await load.sockets.stats()).joined >= EVERYBODY * BACK_SHARE),
      secondsUntil(startedAt, async () => {
        const { viewers, followers, notStarted, silent } = await load.hls.report();
        return viewers >= EVERYBODY && notStarted + silent <= followers * (1 - BACK_SHARE);
      }),
      pages,
    ]);
    void load.sockets.send({ perSecond: load.size.messagesPerSecond });
    await load.untilWell();
    const run = await load.read(since);
    return {
      socketsBack,
      hlsBack,
      pageP99: p99,
      pageFailures: failed,
      ...runFigures(stayed, run),
    };
  },
});

/** Indexes of the sockets that are open now; those of earlier runs are closed for good. */
const open = new WeakMap<StandingLoad, number[]>();

/** Each is closed as a page is, and another one comes in its place, with what a page asks for first. */
async function reloadSockets(load: StandingLoad): Promise<void> {
  const former = open.get(load) ?? Array.from({ length: EVERYBODY }, (_, index) => index);
  const perSecond = EVERYBODY / (WITHIN_MS / 1000);
  const entering = load.sockets.add(EVERYBODY, { perSecond });
  const step = Math.ceil(perSecond / 10);
  for (let n = 0; n < former.length; n += step) {
    await load.sockets.close(former.slice(n, n + step));
    await sleep(90);
  }
  open.set(load, await entering);
}

async function secondsUntil(sinceMs: number, isSo: () => Promise<boolean>): Promise<number> {
  await waitFor(isSo, { timeoutMs: PATIENCE_MS, what: "everybody" });
  return (Date.now() - sinceMs) / 1000;
}

/** What each page asks for before its socket: the document, its state. */
async function askForPages(url: string): Promise<{ p99: number; failed: number }> {
  const addresses = [
    STAGE_PATH,
    `/api/events/${STAGE_PATH.split("/")[2]}/stages/${STAGE_PATH.split("/")[4]}`,
  ];
  const asked = Array.from({ length: EVERYBODY }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index / EVERYBODY) * WITHIN_MS));
    const since = performance.now();
    const answers = await Promise.all(
      addresses.map((path) =>
        fetch(url + path).then(
          (answer) => answer.arrayBuffer().then(() => answer.status < 500),
          () => false,
        ),
      ),
    );
    return { seconds: (performance.now() - since) / 1000, isOk: answers.every(Boolean) };
  });
  const all = await Promise.all(asked);
  const seconds = all.map((one) => one.seconds).sort((a, b) => a - b);
  return { p99: seconds[Math.floor(seconds.length * 0.99)]!, failed: all.filter((one) => !one.isOk).length };
}
