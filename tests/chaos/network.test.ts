import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readBackstageNames } from "../support/backstage-names.ts";
import { CutNamespace } from "../support/cut-namespace.ts";
import { CutRelay } from "../support/cut-relay.ts";
import { createPlace, type Place } from "../support/launched.ts";
import {
  createCountingCamera,
  HOST_NAME,
  LiveLecture,
  PROGRAMME,
  readChat,
  writeChat,
} from "../support/live-lecture.ts";
import { takeMachineTurn } from "../support/machine-turn.ts";
import { launchChromium } from "../support/media-peer.ts";
import { Visitor } from "../support/page-story.ts";
import { readPicture } from "../support/picture.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * A network that is gone for a while: the viewer's behind a relay that swallows everything, the presenter's by pulling
 * the cable of a network namespace (root on Linux; else such a relay too). Nobody touches anything: both come back.
 */

const CUT_MS = 15_000;
/** After the cable is back. Most of it is TCP, which found nobody for 15 s and is not in a hurry. */
const BACK_WITHIN_MS = 45_000;

describe("a network that is gone for a while", () => {
  let place: Place;
  let namespace: CutNamespace | null;
  let hostRelay: CutRelay | null = null;
  let viewerRelay: CutRelay;
  let studio: Browser;
  let lecture: LiveLecture;
  let traveller: Visitor;

  beforeAll(async () => {
    await takeMachineTurn();
    place = await createPlace();
    const ports = { webPort: place.port, mediaPort: Number(place.env.TORILLA_MEDIA_PORT) };
    namespace = CutNamespace.create();
    if (namespace === null) hostRelay = await CutRelay.create(ports);
    viewerRelay = await CutRelay.create(ports);
    console.log(`the presenter's network is ${namespace ? "a namespace with a cable" : "a relay"}`);
    const hostOrigin = namespace ? `http://${namespace.address}:${place.port}` : hostRelay!.url;
    studio = await launchChromium({
      ...createCountingCamera(),
      ...(namespace ? { executablePath: namespace.chromium } : {}),
      args: [`--unsafely-treat-insecure-origin-as-secure=${hostOrigin}`],
    });
    lecture = await LiveLecture.create({
      place,
      env: {
        HOST: "0.0.0.0",
        TORILLA_ANNOUNCED_ADDRESS: ["127.0.0.1", namespace?.address].filter(Boolean).join(","),
      },
      hostSeat: async () => {
        const host = await Visitor.create(studio, hostOrigin);
        await hostRelay?.init(host.context);
        return host;
      },
    });
    traveller = await Visitor.create(lecture.browser, viewerRelay.url);
    await viewerRelay.init(traveller.context);
    await lecture.goLive();
    await lecture.watch(traveller);
  });
  afterAll(async () => {
    await lecture?.close();
    await studio?.close();
    viewerRelay?.close();
    hostRelay?.close();
    namespace?.close();
    place?.remove();
  });

  it("brings a viewer back, once, with the chat that was written meanwhile", async () => {
    await viewersAre(3);
    viewerRelay.cut();
    const cutAt = Date.now();
    await writeChat(traveller, "Kirjoitettu ilman verkkoa");
    await writeChat(lecture.watcher, "Kirjoitettu sillä välin");
    await lecture.seesPast(lecture.watcher, cutAt + CUT_MS, CUT_MS + 30_000);
    expect(await lecture.secondsBehind(traveller)).toBeGreaterThan(5);
    viewerRelay.restore();
    const restoredAt = Date.now();
    await lecture.seesPast(traveller, restoredAt, BACK_WITHIN_MS);
    console.log(`viewer: picture ${(Date.now() - restoredAt) / 1000} s after the network was back`);
    const wanted = ["Kirjoitettu sillä välin", "Kirjoitettu ilman verkkoa"];
    for (const visitor of [traveller, lecture.watcher])
      await waitFor(async () => (await readChat(visitor)).join() === wanted.join(), {
        timeoutMs: BACK_WITHIN_MS,
        what: "both messages, once and in order",
      });
    console.log(`viewer: chat ${(Date.now() - restoredAt) / 1000} s after the network was back`);
    await viewersAre(3);
  });

  it("shows the slate while the presenter is away, and brings the presenter back as one participant", async () => {
    const { host, watcher } = lecture;
    await host.page.evaluate("window.loadedAt = performance.timeOrigin");
    const cutter = namespace ?? hostRelay!;
    cutter.cut();
    const cutAt = Date.now();
    await waitFor(async () => (await readPicture(watcher.page, PROGRAMME))?.counter === null, {
      timeoutMs: 15_000,
      what: "a picture without the presenter",
    });
    console.log(`presenter: out of the picture ${(Date.now() - cutAt) / 1000} s after the cut`);
    const slateFrom = await playedSeconds(watcher);
    await waitFor(async () => Date.now() - cutAt > CUT_MS && (await playedSeconds(watcher)) > slateFrom + 5, {
      timeoutMs: CUT_MS + 20_000,
      what: "a slate that moves on",
    });
    cutter.restore();
    const restoredAt = Date.now();
    await lecture.seesPast(watcher, restoredAt, BACK_WITHIN_MS);
    console.log(`presenter: on air again ${(Date.now() - restoredAt) / 1000} s after the network was back`);
    await lecture.seesPast(lecture.firewalled, restoredAt, BACK_WITHIN_MS);
    await host.page.getByText("LÄHETYKSESSÄ").waitFor();
    await waitFor(async () => (await readBackstageNames(lecture.product)).join() === HOST_NAME, {
      timeoutMs: BACK_WITHIN_MS,
      what: "one participant",
    });
    expect(await host.page.evaluate("window.loadedAt === performance.timeOrigin")).toBe(true);
    expect([...host.errors, ...watcher.errors, ...traveller.errors]).toEqual([]);
  });

  function playedSeconds({ page }: Visitor): Promise<number> {
    return page.locator(PROGRAMME).evaluate((video: HTMLVideoElement) => video.currentTime);
  }

  async function viewersAre(count: number): Promise<void> {
    const shown = lecture.watcher.page.locator(".stage-viewers");
    await waitFor(async () => new RegExp(`(^|\\D)${count}(\\D|$)`).test((await shown.textContent()) ?? ""), {
      timeoutMs: 40_000,
      what: `${count} viewers`,
    });
  }
});
