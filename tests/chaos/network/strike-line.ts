import { setTimeout as sleep } from "node:timers/promises";
import type { Bound } from "../../support/chaos/fault.ts";
import { readPictures, watchPictures } from "../../support/chaos/picture-watch.ts";
import type { StandingLoad } from "../../support/chaos/standing-load.ts";
import { PROGRAMME } from "../../support/live-lecture.ts";
import type { Visitor } from "../../support/page-story.ts";
import { readLine, watchLine } from "./line-watch.ts";
import { openStageAnew } from "./picture-times.ts";
import type { Wire } from "./wire.ts";
import { countPageErrors, requirePerson, requireWire } from "./wired-load.ts";

const BAD_MS = 15_000;
const LOOK_EVERY_MS = 250;

export const lineFigures = {
  silentShare: { what: "time without sound on the bad line", unit: "%", atMost: 5 },
  longestSilence: { what: "longest silence", unit: "s", atMost: 2 },
  pictureStill: { what: "picture stood still for", unit: "s", atMost: 5 },
  byWebrtc: { what: "still by WebRTC (1)", unit: "", atLeast: 1 },
  pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
} as const satisfies Record<string, Bound>;

export const layerFigures = {
  layerDown: { what: "smaller picture after", unit: "s", atMost: 8 },
  smallStill: { what: "smaller picture stood still for", unit: "s", atMost: 2 },
} as const satisfies Record<string, Bound>;

export type LineFigures = Record<keyof typeof lineFigures | keyof typeof layerFigures, number>;

/** Makes the viewer's line bad for a while and reads what they got. `layerDown` is infinite when the picture stayed. */
export async function strikeLine(
  load: StandingLoad,
  spoil: (wire: Wire) => () => void,
): Promise<LineFigures> {
  const viewer = requirePerson(load, "viewer");
  const { page } = viewer;
  await load.begin();
  await watchPictures(page, PROGRAMME);
  await watchLine(page);
  const { widthPx } = await readLine(page);
  let layerDown = Number.POSITIVE_INFINITY;
  let largeStill = 0;
  const undo = spoil(requireWire(load));
  const badAt = Date.now();
  try {
    while (Date.now() - badAt < BAD_MS) {
      await sleep(LOOK_EVERY_MS);
      const now = await readLine(page);
      if (layerDown < Number.POSITIVE_INFINITY || now.widthPx === 0 || now.widthPx >= widthPx) continue;
      layerDown = (Date.now() - badAt) / 1000;
      largeStill = (await readPictures(page)).longestS;
      await watchPictures(page, PROGRAMME);
    }
  } finally {
    undo();
  }
  const { silentShare, longestSilentS, isByWebrtc } = await readLine(page);
  const { longestS: lastStill } = await readPictures(page);
  await untilLarge(viewer, widthPx);
  return {
    silentShare: 100 * silentShare,
    longestSilence: longestSilentS,
    pictureStill: Math.max(largeStill, lastStill),
    byWebrtc: isByWebrtc ? 1 : 0,
    layerDown,
    smallStill: lastStill,
    pageErrors: countPageErrors(load),
  };
}

/** Each run begins with the large picture, by the way that the viewer chose: a page that is opened anew has both. */
async function untilLarge(viewer: Visitor, widthPx: number): Promise<void> {
  const { widthPx: now, isByWebrtc } = await readLine(viewer.page);
  if (now < widthPx || !isByWebrtc) await openStageAnew(viewer);
}
