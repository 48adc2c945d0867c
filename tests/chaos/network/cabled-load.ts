/*
 * A smaller standing load with two cables that can be pulled out: the studio's, behind which the only presenter sits, and the
 * audience's, behind which one viewer by WebRTC and a screen are. Each is a network namespace (root on Linux). Three
 * browsers more than usual: the load clients are fewer.
 */
import type { Browser } from "playwright-core";
import { requirePackages } from "../../load/set-up.ts";
import type { Seat } from "../../support/chaos/load-pages.ts";
import { StandingLoad } from "../../support/chaos/standing-load.ts";
import { CutNamespace } from "../../support/cut-namespace.ts";
import { createPlace } from "../../support/launched.ts";
import { createCountingCamera } from "../../support/live-lecture.ts";
import { launchChromium } from "../../support/media-peer.ts";
import { Visitor } from "../../support/page-story.ts";

export interface Cables {
  studio: CutNamespace;
  audience: CutNamespace;
}

const cables = new WeakMap<StandingLoad, Cables>();

/** The cables of a load that `createCabledLoad` made. */
export function requireCables(load: StandingLoad): Cables {
  const found = cables.get(load);
  if (!found) throw new Error("this load has no cables");
  return found;
}

export async function createCabledLoad(): Promise<StandingLoad> {
  await requirePackages(["iproute"]);
  const own: Cables = { studio: requireNamespace(), audience: requireNamespace() };
  const place = await createPlace();
  const browsers: Browser[] = [];
  const end = async () => {
    await Promise.all(browsers.map((browser) => browser.close()));
    own.studio.close();
    own.audience.close();
    place.remove();
  };
  const originOf = ({ address }: CutNamespace) => `http://${address}:${place.port}`;
  const launchBehind = async (cable: CutNamespace, camera = {}) => {
    const secure = `--unsafely-treat-insecure-origin-as-secure=${originOf(cable)}`;
    const browser = await launchChromium({ ...camera, executablePath: cable.chromium, args: [secure] });
    browsers.push(browser);
    return browser;
  };
  try {
    const [studio, audience] = await Promise.all([
      launchBehind(own.studio, createCountingCamera()),
      launchBehind(own.audience),
    ]);
    const seatIn =
      (browser: Browser, cable: CutNamespace, size = {}): Seat =>
      () =>
        Visitor.create(browser, originOf(cable), size);
    const load = await StandingLoad.create({
      place,
      size: { presenters: 0, screens: 1, webrtcViewers: 2, hlsViewers: 10, sockets: 50, booth: false },
      env: {
        HOST: "0.0.0.0",
        TORILLA_ANNOUNCED_ADDRESS: ["127.0.0.1", own.studio.address, own.audience.address].join(","),
      },
      hostSeat: seatIn(studio, own.studio),
      watcherSeat: seatIn(audience, own.audience),
      screenSeat: seatIn(audience, own.audience, { width: 640, height: 360 }),
    });
    cables.set(load, own);
    const close = load.close.bind(load);
    load.close = () => close().finally(end);
    return load;
  } catch (error) {
    await end();
    throw error;
  }
}

function requireNamespace(): CutNamespace {
  const made = CutNamespace.create();
  if (!made) throw new Error("network namespaces are not to be had here: root on Linux is needed");
  return made;
}
