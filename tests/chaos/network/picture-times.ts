import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { readPictures, watchPictures } from "../../support/chaos/picture-watch.ts";
import { PROGRAMME, STAGE_PATH } from "../../support/live-lecture.ts";
import type { Visitor } from "../../support/page-story.ts";
import { waitFor } from "../../support/wait-for.ts";

const PATIENCE_MS = 60_000;
/** So long without a new picture is not a late frame. */
const GONE_SECONDS = 0.8;

/** Seconds from `sinceMs` (Date.now()) until the first new picture of a presenter. @throws after a minute */
export async function secondsUntilPicture(page: Page, sinceMs: number): Promise<number> {
  let movedAtMs = 0;
  await waitFor(
    async () => {
      movedAtMs = Date.now() - (await readPictures(page)).sinceMovedS * 1000;
      if (movedAtMs > sinceMs) return true;
      await sleep(50);
      return false;
    },
    { timeoutMs: PATIENCE_MS, what: "a presenter's picture" },
  );
  return (movedAtMs - sinceMs) / 1000;
}

/** Opens the stage's page anew, and waits for a presenter's picture. */
export async function openStageAnew({ page, origin }: Visitor): Promise<void> {
  await page.goto(origin + STAGE_PATH);
  await page.locator(PROGRAMME).waitFor({ state: "attached" });
  await watchPictures(page, PROGRAMME);
  await waitFor(async () => (await readPictures(page)).sinceMovedS < GONE_SECONDS, {
    timeoutMs: PATIENCE_MS,
    what: "a presenter's picture on the page that was opened anew",
  });
}

/** Seconds from `sinceMs` until the programme's picture last changed, of the first `withinMs`. */
export async function secondsUntilLastChange(page: Page, sinceMs: number, withinMs: number): Promise<number> {
  let shown = await readThumbnail(page);
  let changedAtMs = Date.now();
  while (Date.now() - sinceMs < withinMs) {
    await sleep(100);
    const now = await readThumbnail(page);
    if (!isSame(shown, now)) changedAtMs = Date.now();
    shown = now;
  }
  return (changedAtMs - sinceMs) / 1000;
}

function readThumbnail(page: Page): Promise<number[]> {
  return page.evaluate((selector) => {
    const canvas = document.createElement("canvas");
    canvas.width = 96;
    canvas.height = 54;
    const context = canvas.getContext("2d")!;
    context.drawImage(document.querySelector<HTMLVideoElement>(selector)!, 0, 0, 96, 54);
    return [...context.getImageData(0, 0, 96, 54).data];
  }, PROGRAMME);
}

/** Encoding shimmers by a few steps; other words change some pixels by far more. */
function isSame(one: number[], other: number[]): boolean {
  return one.filter((value, at) => Math.abs(value - other[at]!) > 40).length < 20;
}
