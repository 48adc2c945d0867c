/*
 * Watches in a page for how long the programme's picture stands still or shows no presenter: the burnt-in counter is
 * looked for where the mixer puts faces (one, two or three of them). What it keeps dies with the page, so that a reload
 * is found out.
 */
import type { Page } from "playwright-core";
import { COUNTER_BITS, COUNTER_CELLS } from "../fake-camera.ts";

const LOOK_EVERY_MS = 250;
const WIDTH = 256;
const HEIGHT = 144;
const TILE = 0.475;
/** Left edge, middle line and width of a face, in parts of the picture (media/mixer/picture/layout.ts). */
const PLACES: readonly [left: number, line: number, width: number][] = [
  [0, 0.5, 1],
  [0.0125, 0.0125 + TILE / 2, TILE],
  [0.5125, 0.0125 + TILE / 2, TILE],
  [0.2625, 0.5125 + TILE / 2, TILE],
  [0.0125, 0.25 + TILE / 2, TILE],
  [0.5125, 0.25 + TILE / 2, TILE],
];

declare global {
  interface Window {
    pictures?: { counters: (number | null)[]; hasMoved: boolean; movedAtMs: number; longestMs: number };
  }
}

export interface PictureReading {
  /** The longest time without a new picture of a presenter since the last reset, one that is open included. */
  longestS: number;
  /** Since the picture last moved; infinite when it never did. */
  sinceMovedS: number;
}

/** Begins to watch, or anew. */
export async function watchPictures(page: Page, selector: string): Promise<void> {
  await page.evaluate(
    ({ selector, places, bits, cells, width, height, everyMs }) => {
      const known = window.pictures;
      if (known) {
        known.movedAtMs = performance.now();
        known.longestMs = 0;
        return;
      }
      const watch = {
        counters: places.map(() => null as number | null),
        hasMoved: false,
        movedAtMs: performance.now(),
        longestMs: 0,
      };
      window.pictures = watch;
      const canvas = document.createElement("canvas");
      canvas.width = width;
      canvas.height = height;
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      const readAt = ([left, line, share]: readonly [number, number, number]): number | null => {
        const { data } = context.getImageData(0, Math.round(line * height), width, 1);
        const cellPx = (share * width) / cells;
        const lumaOf = (cell: number) => {
          const at = Math.round(left * width + (cell + 0.5) * cellPx) * 4;
          return (data[at - 4]! + data[at]! + data[at + 4]!) / 3;
        };
        if (lumaOf(0) < 160 || lumaOf(cells - 1) > 90) return null;
        let counter = 0;
        for (let bit = 1; bit <= bits; bit++) counter = counter * 2 + (lumaOf(bit) > 128 ? 1 : 0);
        return counter;
      };
      const look = () => {
        const video = document.querySelector(selector);
        const now = performance.now();
        watch.longestMs = Math.max(watch.longestMs, now - watch.movedAtMs);
        if (!(video instanceof HTMLVideoElement) || video.videoWidth === 0) return;
        context.drawImage(video, 0, 0, width, height);
        for (const [index, place] of places.entries()) {
          const counter = readAt(place);
          if (counter !== null && counter !== watch.counters[index]) {
            watch.movedAtMs = now;
            watch.hasMoved = true;
          }
          watch.counters[index] = counter;
        }
      };
      setInterval(look, everyMs);
    },
    {
      selector,
      places: PLACES,
      bits: COUNTER_BITS,
      cells: COUNTER_CELLS,
      width: WIDTH,
      height: HEIGHT,
      everyMs: LOOK_EVERY_MS,
    },
  );
}

/** @throws when the page was loaded anew since `watchPictures` */
export async function readPictures(page: Page): Promise<PictureReading> {
  const read = await page.evaluate(() => {
    const watch = window.pictures;
    if (!watch) return null;
    const sinceMovedMs = performance.now() - watch.movedAtMs;
    return {
      longestMs: Math.max(watch.longestMs, sinceMovedMs),
      sinceMovedMs: watch.hasMoved ? sinceMovedMs : Number.POSITIVE_INFINITY,
    };
  });
  if (read === null) throw new Error("the page was loaded anew");
  return { longestS: read.longestMs / 1000, sinceMovedS: read.sinceMovedMs / 1000 };
}
