/*
 * Looks at an unattended screen as a passer-by does, by pictures of the whole page: is there anything to be seen on it,
 * and is it still the screen's own page?
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { readPng } from "./png-picture.ts";

/** The strip below has its clock and words at every moment; what counts is above it. */
const PICTURE_SHARE = 0.78;
const BRIGHT = 70;
/** A card with a line of text has well above one in a hundred; a dark video picture with a face too. */
const LEAST_SHARE = 0.004;
const LOOK_EVERY_MS = 700;

export interface ScreenLook {
  looks: number;
  /** Looks at which nothing was to be seen where the picture is. */
  black: number;
  /** Looks at which the browser's own error page, or another page, was there. */
  foreign: number;
}

export class ScreenWatch {
  readonly look: ScreenLook = { looks: 0, black: 0, foreign: 0 };
  readonly #page: Page;
  #isOver = false;
  readonly #looking: Promise<void>;

  constructor(page: Page) {
    this.#page = page;
    this.#looking = this.#watch();
  }

  async end(): Promise<ScreenLook> {
    this.#isOver = true;
    await this.#looking;
    return this.look;
  }

  async #watch(): Promise<void> {
    while (!this.#isOver) {
      // While a page is being loaded there is nothing to photograph; the next look sees what came of it.
      const bytes = await this.#page.screenshot({ timeout: 10_000 }).catch(() => null);
      if (bytes) {
        this.look.looks += 1;
        if (isBlack(bytes)) this.look.black += 1;
        if (!(await isScreen(this.#page))) this.look.foreign += 1;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }
}

function isBlack(bytes: Buffer): boolean {
  const { width, height, luma } = readPng(bytes);
  const picture = luma.subarray(0, Math.floor(height * PICTURE_SHARE) * width);
  const bright = picture.reduce((sum, value) => sum + (value > BRIGHT ? 1 : 0), 0);
  return bright / picture.length < LEAST_SHARE;
}

async function isScreen(page: Page): Promise<boolean> {
  const { pathname, protocol } = new URL(page.url());
  if (pathname !== "/screen" || !protocol.startsWith("http")) return false;
  return (await page.locator("main.screen").count()) === 1;
}
