import { setTimeout as sleep } from "node:timers/promises";
import { type Bound, defineFault } from "../../support/chaos/fault.ts";
import { neverBack, runBounds, runFigures } from "../../support/chaos/run-figures.ts";
import { isReady } from "../../support/chaos/standing-load.ts";
import { waitFor } from "../../support/wait-for.ts";
import { createSmallDiskLoad, requireSmallDisks } from "./small-disk-load.ts";

/** What is written by then does not fit: pages and the write-ahead log had a little room left. */
const FULL_MS = 25_000;

const bounds = {
  noticed: { what: "launcher or readiness says so", unit: "s", atMost: 20 },
  ready: { what: "ready once there is room", unit: "s", atMost: 30 },
  chatBack: { what: "everything written has arrived once there is room", unit: "s", atMost: 40 },
  ...runBounds({
    hlsWait: { atMost: 3 },
    viewersPicture: { atMost: 3 },
    ...neverBack,
    recordingGap: { atMost: 0.1 },
  }),
} as const satisfies Record<string, Bound>;

export default defineFault({
  name: "disk-full-database",
  title: "database's disk full for 25 s",
  ground: createSmallDiskLoad,
  limitMs: 180_000,
  bounds,
  async strike(load) {
    const { database } = requireSmallDisks(load);
    const { launched } = load.product;
    const saidBefore = launched.text().length;
    const isNoticed = async () =>
      /disk (?:is full|has no room)/i.test(launched.text().slice(saidBefore)) || !(await isReady(load.url));
    const since = await load.begin();
    database.fill();
    const fullAt = Date.now();
    let noticed = Number.POSITIVE_INFINITY;
    while (Date.now() - fullAt < FULL_MS) {
      if (noticed === Number.POSITIVE_INFINITY && (await isNoticed())) noticed = (Date.now() - fullAt) / 1000;
      await sleep(200);
    }
    database.free();
    const freeAt = Date.now();
    await waitFor(() => isReady(load.url), { timeoutMs: 60_000, what: "readiness" });
    const ready = (Date.now() - freeAt) / 1000;
    await load.sockets.stop();
    await waitFor(
      async () => {
        const { unsent, missing } = await load.sockets.stats();
        return unsent === 0 && missing === 0;
      },
      { timeoutMs: 90_000, what: "an arrival of all that was written" },
    );
    const chatBack = (Date.now() - freeAt) / 1000;
    void load.sockets.send({ perSecond: load.size.messagesPerSecond });
    await load.untilWell();
    const run = await load.read(since);
    return { noticed, ready, chatBack, ...runFigures(bounds, run) };
  },
});
