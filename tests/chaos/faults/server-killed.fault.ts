import { setTimeout as sleep } from "node:timers/promises";
import { Browser } from "../../support/browser.ts";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { EVENT_AND_STAGE, isReady, type StandingLoad } from "../../support/chaos/standing-load.ts";
import { requirePid } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

/** Messages a second while it is killed, so that some are always between commit and acknowledgement. */
const WRITES_PER_SECOND = 40;

const bounds = {
  ready: { what: "ready again", unit: "s", atMost: 5 },
  counted: { what: "viewers counted then, of those before", unit: "%", atLeast: 99, atMost: 101 },
  socketsAway: { what: "sockets not back", unit: "%", atMost: 1 },
  ...runBounds({
    socketsBack: { atMost: 15 },
    webrtcPicture: { atMost: 1.5 },
    viewersPicture: { atMost: 1 },
    viewersSound: { atMost: 1 },
    booth: { atMost: 1 },
    hlsPicture: {},
    hlsGap: { atMost: 0 },
    recordingGap: { atMost: 0.1 },
    ...neverBack,
    movedToHls: { atMost: 0 },
    pageErrors: { atMost: 0 },
  }),
} as const satisfies Record<string, Bound>;

export default defineFault({
  name: "server-killed",
  title: "server SIGKILL amid writes",
  bounds,
  async strike(load) {
    const { sockets } = load.size;
    load.write(WRITES_PER_SECOND);
    await sleep(1_000 + Math.random() * 500);
    const server = requirePid(load.product, "server");
    const counted = await readViewerCount(load);
    const since = await load.begin();
    process.kill(server, "SIGKILL");
    await waitFor(async () => !(await isReady(load.url)), { what: "an end of the server" });
    await waitFor(() => isReady(load.url), { timeoutMs: 60_000, what: "a server that is ready" });
    const ready = (Date.now() - since) / 1000;
    load.write();
    await load.untilWell();
    const run = await load.read(since);
    const away = sockets - run.socketsJoined;
    return {
      ready,
      counted: (100 * (await readViewerCount(load))) / counted,
      socketsAway: (100 * away) / sockets,
      ...runFigures(bounds, run),
    };
  },
});

async function readViewerCount({ url }: StandingLoad): Promise<number> {
  const { viewerCount } = await new Browser(url).call("readStage", { params: EVENT_AND_STAGE });
  return viewerCount;
}
