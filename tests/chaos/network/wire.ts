/*
 * A network of its own with real browsers in it: a cable out of a namespace (root on Linux), which can be pulled out,
 * lose packets or grow narrow, and, where delay is wanted, a relay at its end. Ended by the load that it was made for.
 */
import type { Browser } from "playwright-core";
import { requirePackages } from "../../load/set-up.ts";
import { CutNamespace } from "../../support/cut-namespace.ts";
import { CutRelay } from "../../support/cut-relay.ts";
import type { Place } from "../../support/launched.ts";
import { type ChromiumOptions, launchChromium } from "../../support/media-peer.ts";
import { Visitor } from "../../support/page-story.ts";

export interface WireOptions {
  place: Place;
  hasRelay: boolean;
  /** Camera and microphone of its browser. */
  devices: Pick<ChromiumOptions, "video" | "audio">;
}

export class Wire {
  readonly cable: CutNamespace;
  /** Where those behind the cable find the product. */
  readonly origin: string;
  readonly #relay: CutRelay | null;
  readonly #browser: Browser;

  static async create({ place, hasRelay, devices }: WireOptions): Promise<Wire> {
    await requirePackages(["iproute", "iptables"]);
    const cable = CutNamespace.create();
    if (!cable) throw new Error("network namespaces are not to be had here: root on Linux is needed");
    let relay: CutRelay | null = null;
    try {
      const ports = { webPort: place.port, mediaPort: Number(place.env.TORILLA_MEDIA_PORT) };
      if (hasRelay) relay = await CutRelay.create(ports, { host: "0.0.0.0" });
      const origin = `http://${cable.address}:${relay?.webPort ?? place.port}`;
      const browser = await launchChromium({
        ...devices,
        executablePath: cable.chromium,
        args: [`--unsafely-treat-insecure-origin-as-secure=${origin}`],
      });
      return new Wire({ cable, origin, relay, browser });
    } catch (error) {
      relay?.close();
      cable.close();
      throw error;
    }
  }

  private constructor(parts: {
    cable: CutNamespace;
    origin: string;
    relay: CutRelay | null;
    browser: Browser;
  }) {
    this.cable = parts.cable;
    this.origin = parts.origin;
    this.#relay = parts.relay;
    this.#browser = parts.browser;
  }

  /** Somebody with a page behind the cable. */
  async seat(size: { width: number; height: number }): Promise<Visitor> {
    const visitor = await Visitor.create(this.#browser, this.origin, size);
    await this.#relay?.init(visitor.context);
    return visitor;
  }

  /** From now on each packet takes between nothing and so long, ms. @throws without a relay */
  jitter(maxMs: number): void {
    if (!this.#relay) throw new Error("this wire has no relay");
    this.#relay.jitter(maxMs);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#relay?.close();
    this.cable.close();
  }
}
