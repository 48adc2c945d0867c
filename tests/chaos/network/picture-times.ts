import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { readPictures, watchPictures } from "../../support/chaos/picture-watch.ts";
import { PROGRAMME, STAGE_PATH } from "../../support/live-lecture.ts";
import type { Visitor } from "../../support/page-story.ts";
import type { Product } from "../../support/product.ts";
import { waitFor } from "../../support/wait-for.ts";

/** The programme on an unattended screen. */
export const SCREEN_VIDEO = ".screen-picture video";
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

/** Opens the stage's page, or opens it anew, and waits for a presenter's picture. */
export async function openStageAnew(visitor: Visitor): Promise<void> {
  await visitor.page.goto(visitor.origin + STAGE_PATH);
  await seePicture(visitor, PROGRAMME);
}

/** Pairs a screen by its link, and waits for a presenter's picture. */
export async function openScreen(visitor: Visitor, product: Product): Promise<void> {
  const { pathname, hash } = new URL(product.link(/screen/i));
  await visitor.page.goto(visitor.origin + pathname + hash);
  await seePicture(visitor, SCREEN_VIDEO);
}

async function seePicture(visitor: Visitor, selector: string): Promise<void> {
  try {
    await untilPicture(visitor.page, selector);
  } catch (error) {
    await visitor.shoot("chaos-failed-picture");
    throw error;
  }
}

async function untilPicture(page: Page, selector: string): Promise<void> {
  await page.locator(selector).waitFor({ state: "attached" });
  await watchPictures(page, selector);
  await waitFor(async () => (await readPictures(page)).sinceMovedS < GONE_SECONDS, {
    timeoutMs: PATIENCE_MS,
    what: "a presenter's picture on a page that was opened",
  });
}
