import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { breaches, type Fault } from "../support/chaos/fault.ts";
import { fuzzHttp, fuzzRequests } from "../support/chaos/fuzz-doors.ts";
import { createFuzzGround } from "../support/chaos/fuzz-ground.ts";
import { readPictures } from "../support/chaos/picture-watch.ts";
import { StandingLoad } from "../support/chaos/standing-load.ts";
import { CutRelay } from "../support/cut-relay.ts";
import { createPlace, type Place } from "../support/launched.ts";
import { takeMachineTurn } from "../support/machine-turn.ts";
import { Visitor } from "../support/page-story.ts";
import { requirePid } from "../support/product-processes.ts";
import { waitFor } from "../support/wait-for.ts";
import mediaWorkerKilled from "./faults/media-worker-killed.fault.ts";
import mixerKilled from "./faults/mixer-killed.fault.ts";
import serverKilled from "./faults/server-killed.fault.ts";

/*
 * The most telling faults once, on a small standing load with the load clients; tests/faults has them without.
 * `npm run chaos` has all faults, docs/chaos.md what they measured.
 */

const CUT_MS = 8_000;
/** After the link is back; TCP that found nobody for eight seconds is not in a hurry. */
const BACK_WITHIN_MS = 15_000;
const PAYLOADS_PER_DOOR = 15;
/** Of the bounds: this machine may run something else beside. */
const SLACK = 2;

describe("the faults in short", () => {
  let place: Place;
  let relay: CutRelay;
  let load: StandingLoad;

  beforeAll(async () => {
    await takeMachineTurn();
    place = await createPlace();
    relay = await CutRelay.create({ webPort: place.port, mediaPort: Number(place.env.TORILLA_MEDIA_PORT) });
    load = await StandingLoad.create({
      place,
      size: { presenters: 1, webrtcViewers: 2, hlsViewers: 5, sockets: 20, messagesPerSecond: 2, screens: 0 },
      // The relay stands before one worker's port.
      env: { TORILLA_MEDIA_WORKERS: "1" },
      watcherSeat: async (_product, browser) => {
        const watcher = await Visitor.create(browser, relay.url, { width: 480, height: 320 });
        await relay.init(watcher.context);
        return watcher;
      },
    });
  });
  afterAll(async () => {
    await load?.close();
    relay?.close();
    place?.remove();
  });

  it("brings everybody back when mediasoup's worker is killed", () => survives(mediaWorkerKilled));
  it("brings everybody back when the mixer is killed", () => survives(mixerKilled));
  it("loses no word of the chat when the server is killed amid writes", () => survives(serverKilled));

  it("brings a viewer back whose network was cut", async () => {
    await load.begin();
    relay.cut();
    const { page } = load.pages.watcher;
    await waitFor(async () => (await readPictures(page)).sinceMovedS * 1000 > CUT_MS, {
      timeoutMs: CUT_MS + 10_000,
      what: "a picture that stands still",
    });
    relay.restore();
    await waitFor(async () => (await readPictures(page)).sinceMovedS < 1, {
      timeoutMs: BACK_WITHIN_MS,
      what: "a picture after the cut",
    });
    await isWell();
  });

  it("answers fuzzed payloads with a result or a code, and stays up", async () => {
    const ground = await createFuzzGround(load);
    const pids = (["server", "media node"] as const).map((name) => requirePid(load.product, name));
    const seed = Math.floor(Math.random() * 2 ** 31);
    const overSockets = await fuzzRequests(ground, PAYLOADS_PER_DOOR, seed);
    const overHttp = await fuzzHttp(ground, PAYLOADS_PER_DOOR, seed);
    expect([...overSockets.wrong, ...overHttp.wrong], `seed ${seed}`).toEqual([]);
    expect(overSockets.codes.ok).toBeGreaterThan(0);
    expect(overSockets.codes.bad_request).toBeGreaterThan(0);
    expect((["server", "media node"] as const).map((name) => requirePid(load.product, name))).toEqual(pids);
    await isWell();
  });

  async function survives(fault: Fault): Promise<void> {
    const figures = await fault.strike(load);
    console.log(fault.title, figures);
    expect(breaches(fault, figures, { lacks: load.lacks, slack: SLACK })).toEqual([]);
    await isWell();
  }

  async function isWell(): Promise<void> {
    await load.untilWell();
    expect((await load.checkTruth()).wrong).toEqual([]);
  }
});
