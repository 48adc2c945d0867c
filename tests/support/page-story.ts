import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { ROOT_DIR } from "../../server/config.ts";
import type { Browser as Guest } from "./browser.ts";

/** A person with a browser of their own (cookies, storage), in Finnish. Foreign requests and page errors are kept. */
export class Visitor {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Where this person finds the product. */
  readonly origin: string;
  readonly foreign: string[] = [];
  readonly errors: string[] = [];

  static async create(
    browser: Browser,
    origin: string,
    options: { width?: number; height?: number; storage?: Record<string, string>; locale?: string } = {},
  ): Promise<Visitor> {
    const { width = 1280, height = 800, storage = {}, locale = "fi-FI" } = options;
    const context = await browser.newContext({
      viewport: { width, height },
      locale,
      permissions: ["camera", "microphone"],
    });
    await context.addInitScript((kept) => {
      // An empty page has no storage.
      if (location.origin === "null") return;
      for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, value);
    }, storage);
    return new Visitor(context, await context.newPage(), new URL(origin).origin);
  }

  private constructor(context: BrowserContext, page: Page, origin: string) {
    this.context = context;
    this.page = page;
    this.origin = origin;
    const { host } = new URL(origin);
    context.on("request", (request) => {
      const url = new URL(request.url());
      if (/^(https?|wss?):$/.test(url.protocol) && url.host !== host) this.foreign.push(request.url());
    });
    page.on("pageerror", (error) => this.errors.push(String(error.stack ?? error)));
    page.on("console", (message) => {
      if (/Content Security Policy/.test(message.text())) this.errors.push(message.text());
    });
  }

  /** Has the rights of somebody who has already come in over HTTP. */
  async become({ cookies }: Guest): Promise<void> {
    const kept = [...cookies].map(([name, value]) => ({ name, value, url: this.origin }));
    await this.context.addCookies(kept);
  }

  /** Keeps what the page looks like, for people to look at: `tests/output/<name>.png`. */
  async shoot(name: string, isWholePage = false): Promise<void> {
    const folder = join(ROOT_DIR, "tests/output");
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`), fullPage: isWholePage });
  }

  close(): Promise<void> {
    return this.context.close();
  }
}
