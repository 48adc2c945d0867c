import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { MixerNotice } from "../../media/mixer/mixer-messages.ts";
import type { Mixer } from "../../media/stage/mixer-process.ts";
import { MixerSpares } from "../../media/stage/mixer-spares.ts";
import { createFakeCamera } from "../support/fake-camera.ts";
import { launchChromium, MediaPeer } from "../support/media-peer.ts";
import { createRealPlane, type RealPlane, testLog } from "../support/media-planes.ts";
import { NoticeLog } from "../support/notice-log.ts";
import { waitFor } from "../support/wait-for.ts";

/* A 720p camera in Chromium with the page's own layers → a real worker → a real mixer: which layer comes, when. */

const stageId = randomUUID();
const folder = mkdtempSync(path.join(tmpdir(), "torilla-fake-camera-"));
const spares = new MixerSpares(testLog);
const said: MixerNotice[] = [];
let under: RealPlane;
let log: NoticeLog;
let browser: Browser;

/** The mixer itself, with an ear at its notices. */
function overhear(mixer: Mixer): Mixer {
  return {
    get isGone() {
      return mixer.isGone;
    },
    send: (command) => mixer.send(command),
    listen: ({ onNotice, onGone }) =>
      mixer.listen({
        onNotice: (notice) => {
          said.push(notice);
          onNotice(notice);
        },
        onGone,
      }),
    close: () => mixer.close(),
  };
}

beforeAll(async () => {
  under = await createRealPlane({
    takeMixer: () => overhear(spares.take()),
    programme: { widthPx: 1280, heightPx: 720, fps: 10 },
  });
  log = new NoticeLog(under.plane);
  const size = { widthPx: 1280, heightPx: 720, fps: 10, seconds: 6, isGrainy: true };
  browser = await launchChromium(createFakeCamera("layers", { folder, ...size }));
  const slate = { eventName: "Messut", title: "Uni", subtitle: "", nextLine: "" };
  await under.plane.request("stage:open", { stageId, slate: { reason: "starting-soon", ...slate } });
}, 90_000);

afterAll(async () => {
  log.close();
  await browser.close();
  await under.close();
  await spares.close();
  rmSync(folder, { recursive: true, force: true });
});

const enter = (displayName: string) =>
  MediaPeer.create(browser, under.plane, `backstage:${stageId}`, {
    role: "speaker",
    speakRight: "picture",
    displayName,
  });
/** Width of the camera's picture as the mixer gets it. */
const widthOf = (sourceId: string) => {
  const beat = said.findLast((notice) => notice.type === "beat");
  return beat?.sources.find((source) => source.sourceId === sourceId)?.size?.widthPx ?? null;
};
const becomes = (sourceId: string, widthPx: number) =>
  waitFor(() => widthOf(sourceId) === widthPx, { what: `a layer of ${widthPx}`, timeoutMs: 20_000 });

it("the mixer takes the half layer of a camera that is shown small, the full one at once when it is large", async () => {
  const anna = await enter("Anna");
  const camera = await anna.sendCamera({ width: 1280, height: 720, frameRate: 10 });
  await log.until("stage:sceneChanged", ({ scene }) => scene === "full", 20_000);
  await becomes(camera, 1280);

  const bo = await enter("Bo");
  const small = await bo.sendCamera();
  await log.until("stage:sceneChanged", ({ scene }) => scene === "side-by-side", 20_000);
  await becomes(camera, 640);
  // One layer: nothing to choose from.
  expect(widthOf(small)).toBe(320);

  log.clear();
  await bo.close();
  await log.until("stage:sceneChanged", ({ scene }) => scene === "full", 20_000);
  await becomes(camera, 1280);
  expect(said.filter(({ type }) => type === "sourceStalled" || type === "sourceFailed")).toEqual([]);
  expect(log.all("stage:sceneChanged").map(({ scene }) => scene)).toEqual(["full"]);
});
