import type { Page } from "playwright-core";
import { COUNTER_BITS, COUNTER_CELLS } from "./fake-camera.ts";

const LOOK_EVERY_MS = 100;

declare global {
  interface Window {
    freeze?: { counter: number | null; movedAtMs: number; longestMs: number };
  }
}

/**
 * Watches in the page for how long the counter in a video stands still or is not there. What it keeps dies with
 * the page: a reload is found out by `readLongestFreeze`.
 */
export async function watchFreezes(page: Page, selector: string): Promise<void> {
  await page.evaluate(
    ({ selector, bits, cells, everyMs }) => {
      const known = window.freeze;
      window.freeze = { counter: null, movedAtMs: performance.now(), longestMs: 0 };
      if (known) return;
      const canvas = document.createElement("canvas");
      canvas.width = cells * 4;
      canvas.height = 9;
      const context = canvas.getContext("2d", { willReadFrequently: true })!;
      const readCounter = () => {
        const video = document.querySelector(selector);
        if (!(video instanceof HTMLVideoElement) || video.videoWidth === 0) return null;
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const { data } = context.getImageData(0, 4, canvas.width, 1);
        const lumaOf = (cell: number) => (data[(cell * 4 + 1) * 4]! + data[(cell * 4 + 2) * 4]!) / 2;
        if (lumaOf(0) < 170 || lumaOf(cells - 1) > 85) return null;
        let counter = 0;
        for (let bit = 1; bit <= bits; bit++) counter = counter * 2 + (lumaOf(bit) > 128 ? 1 : 0);
        return counter;
      };
      setInterval(() => {
        const watch = window.freeze!;
        const now = performance.now();
        const counter = readCounter();
        watch.longestMs = Math.max(watch.longestMs, now - watch.movedAtMs);
        if (counter === null || counter === watch.counter) return;
        watch.counter = counter;
        watch.movedAtMs = now;
      }, everyMs);
    },
    { selector, bits: COUNTER_BITS, cells: COUNTER_CELLS, everyMs: LOOK_EVERY_MS },
  );
}

/** Since `watchFreezes`, seconds. @throws when the page was loaded anew since */
export async function readLongestFreeze(page: Page): Promise<number> {
  const longestMs = await page.evaluate(() => window.freeze?.longestMs ?? null);
  if (longestMs === null) throw new Error("the page was loaded anew");
  return longestMs / 1000;
}
