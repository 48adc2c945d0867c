import { setTimeout as sleep } from "node:timers/promises";
import type { Bound } from "../../support/chaos/fault.ts";
import { readPictures, watchPictures } from "../../support/chaos/picture-watch.ts";
import type { StandingLoad } from "../../support/chaos/standing-load.ts";
import { PROGRAMME } from "../../support/live-lecture.ts";
import type { Visitor } from "../../support/page-story.ts";
import { requireLine } from "./line-load.ts";
import { readLine, watchLine } from "./line-watch.ts";
import { openStageAnew } from "./picture-times.ts";

const BAD_MS = 25_000;
const LOOK_EVERY_MS = 250;

export const lineFigures = {
  silentShare: { what: "time without sound on the bad line", unit: "%", atMost: 5 },
  longestSilence: { what: "longest silence", unit: "s", atMost: 2 },
  picture: { what: "picture stood still for", unit: "s" },
  byWebrtc: { what: "still by WebRTC (1)", unit: "" },
  pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
} as const satisfies Record<string, Bound>;

export const layerFigure = {
  layerDown: { what: "smaller picture after", unit: "s", atMost: 12 },
} as const satisfies Record<string, Bound>;

export type LineFigures = Record<keyof typeof lineFigures | keyof typeof layerFigure, number>;

/** Makes the viewer's line bad for a while and reads what they got. `layerDown` is NaN when the picture stayed. */
export async function strikeLine(
  load: StandingLoad,
  spoil: (line: ReturnType<typeof requireLine>) => () => void,
): Promise<LineFigures> {
  const line = requireLine(load);
  const { page, errors } = line.viewer;
  await load.begin();
  await watchPictures(page, PROGRAMME);
  await watchLine(page);
  const { widthPx } = await readLine(page);
  let layerDown = Number.NaN;
  const undo = spoil(line);
  const badAt = Date.now();
  try {
    while (Date.now() - badAt < BAD_MS) {
      await sleep(LOOK_EVERY_MS);
      const now = await readLine(page);
      if (Number.isNaN(layerDown) && now.widthPx > 0 && now.widthPx < widthPx)
        layerDown = (Date.now() - badAt) / 1000;
    }
  } finally {
    undo();
  }
  const { silentShare, longestSilentS, isByWebrtc } = await readLine(page);
  const { longestS } = await readPictures(page);
  await untilLarge(line.viewer, widthPx);
  return {
    silentShare: 100 * silentShare,
    longestSilence: longestSilentS,
    picture: longestS,
    byWebrtc: isByWebrtc ? 1 : 0,
    layerDown,
    pageErrors: errors.length,
  };
}

/** Each run begins with the large picture, by the way that the viewer chose: a page that is opened anew has both. */
async function untilLarge(viewer: Visitor, widthPx: number): Promise<void> {
  const { widthPx: now, isByWebrtc } = await readLine(viewer.page);
  if (now < widthPx || !isByWebrtc) await openStageAnew(viewer);
}
