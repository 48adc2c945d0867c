/*
 * The people of the standing load who have a real browser: the host with a camera, one who watches by WebRTC, one by
 * HLS, and unattended screens. The programme's picture is watched in each of them.
 */
import type { Browser } from "playwright-core";
import { createCountingCamera, PROGRAMME, readChat, STAGE_PATH } from "../live-lecture.ts";
import { launchChromium } from "../media-peer.ts";
import { Visitor } from "../page-story.ts";
import type { Product } from "../product.ts";
import { waitFor } from "../wait-for.ts";
import { HostPage } from "./host-page.ts";
import { type PictureReading, readPictures, watchPictures } from "./picture-watch.ts";

const PATIENCE_MS = 90_000;
const SCREEN_VIDEO = ".screen-picture video";

type Seat = (product: Product, browser: Browser) => Promise<Visitor>;

export interface WatchedPage {
  name: string;
  visitor: Visitor;
  selector: string;
}

/** Small windows: what a page shows is painted by the same two cores. */
const SMALL = { width: 480, height: 320 };
const here: Seat = (product, browser) => Visitor.create(browser, product.url, SMALL);
const byHls: Seat = (product, browser) =>
  Visitor.create(browser, product.url, {
    ...SMALL,
    storage: { "torilla.player": JSON.stringify({ preference: "hls" }) },
  });
const asScreen: Seat = (product, browser) =>
  Visitor.create(browser, product.url, { width: 320, height: 180 });

export class LoadPages {
  readonly host: Visitor;
  readonly watcher: Visitor;
  readonly firewalled: Visitor;
  readonly screens: readonly Visitor[];
  readonly browser: Browser;
  readonly #product: Product;
  readonly #host: HostPage;

  static async create(product: Product, { screens }: { screens: number }): Promise<LoadPages> {
    const browser = await launchChromium(createCountingCamera());
    const take = async (seat: Seat) => {
      const visitor = await seat(product, browser);
      visitor.page.setDefaultTimeout(PATIENCE_MS);
      return visitor;
    };
    const people = {
      host: await take(here),
      watcher: await take(here),
      firewalled: await take(byHls),
      screens: [] as Visitor[],
    };
    for (let n = 0; n < screens; n++) people.screens.push(await take(asScreen));
    return new LoadPages({ product, browser, people });
  }

  private constructor(parts: {
    product: Product;
    browser: Browser;
    people: { host: Visitor; watcher: Visitor; firewalled: Visitor; screens: Visitor[] };
  }) {
    this.#product = parts.product;
    this.browser = parts.browser;
    this.host = parts.people.host;
    this.#host = new HostPage(parts.product, this.host);
    this.watcher = parts.people.watcher;
    this.firewalled = parts.people.firewalled;
    this.screens = parts.people.screens;
  }

  /** All in whom the programme is watched. */
  get watched(): WatchedPage[] {
    return [
      { name: "WebRTC page", visitor: this.watcher, selector: PROGRAMME },
      { name: "HLS page", visitor: this.firewalled, selector: PROGRAMME },
      ...this.screens.map((visitor, n) => ({ name: `screen ${n + 1}`, visitor, selector: SCREEN_VIDEO })),
    ];
  }

  openRehearsal(): Promise<void> {
    return this.#host.openRehearsal();
  }

  goLive(): Promise<void> {
    return this.#host.goLive();
  }

  /** Everybody opens the page on which they watch, and sees a presenter. */
  async watch(): Promise<void> {
    for (const { visitor } of this.watched) {
      const isScreen = this.screens.includes(visitor);
      const { pathname, hash } = new URL(this.#product.link(/screen/i));
      await visitor.page.goto(visitor.origin + (isScreen ? pathname + hash : STAGE_PATH));
    }
    for (const { name, visitor, selector } of this.watched) {
      await visitor.page.locator(selector).waitFor({ state: "attached", timeout: PATIENCE_MS });
      await watchPictures(visitor.page, selector);
      await waitFor(async () => (await readPictures(visitor.page)).sinceMovedS < 1, {
        timeoutMs: 60_000,
        what: `a presenter at ${name}`,
      }).catch(async (error: unknown) => {
        await visitor.shoot(`chaos-failed-${name.replaceAll(" ", "-")}`);
        throw error;
      });
    }
  }

  async reset(): Promise<void> {
    await Promise.all(this.watched.map(({ visitor, selector }) => watchPictures(visitor.page, selector)));
  }

  /** By name. @throws when a page was loaded anew */
  async read(): Promise<Record<string, PictureReading>> {
    const all = this.watched.map(
      async ({ name, visitor }) => [name, await readPictures(visitor.page)] as const,
    );
    return Object.fromEntries(await Promise.all(all));
  }

  /** Whether the watcher has not been moved on to HLS. */
  isByWebrtc(): Promise<boolean> {
    return this.watcher.page
      .locator(PROGRAMME)
      .evaluate((video: HTMLVideoElement) => video.srcObject !== null);
  }

  /** What two real chat panels show, oldest first. */
  async readChats(): Promise<{ name: string; texts: string[] }[]> {
    return [
      { name: "WebRTC page", texts: await readChat(this.watcher) },
      { name: "HLS page", texts: await readChat(this.firewalled) },
    ];
  }

  /** JavaScript errors that nobody caught, and what the content security policy refused. */
  get errors(): string[] {
    return [this.host, this.watcher, this.firewalled, ...this.screens].flatMap((visitor) => visitor.errors);
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}
