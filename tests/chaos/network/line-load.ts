/*
 * A small standing load and one viewer by WebRTC, in Chromium, on a line of their own that can be made bad: a cable out
 * of a network namespace (root on Linux), and behind it a relay that can delay each packet by another time.
 */
import { requirePackages } from "../../load/set-up.ts";
import { StandingLoad } from "../../support/chaos/standing-load.ts";
import { CutNamespace } from "../../support/cut-namespace.ts";
import { CutRelay } from "../../support/cut-relay.ts";
import { createPlace } from "../../support/launched.ts";
import { launchChromium } from "../../support/media-peer.ts";
import { Visitor } from "../../support/page-story.ts";
import { openStageAnew } from "./picture-times.ts";

export interface Line {
  cable: CutNamespace;
  relay: CutRelay;
  viewer: Visitor;
}

const lines = new WeakMap<StandingLoad, Line>();

/** The line of a load that `createLineLoad` made. */
export function requireLine(load: StandingLoad): Line {
  const found = lines.get(load);
  if (!found) throw new Error("this load has no line");
  return found;
}

export async function createLineLoad(): Promise<StandingLoad> {
  await requirePackages(["iproute", "iptables"]);
  const cable = CutNamespace.create();
  if (!cable) throw new Error("network namespaces are not to be had here: root on Linux is needed");
  const place = await createPlace();
  const ports = { webPort: place.port, mediaPort: Number(place.env.TORILLA_MEDIA_PORT) };
  const relay = await CutRelay.create(ports, { host: "0.0.0.0" });
  const origin = `http://${cable.address}:${relay.webPort}`;
  const browser = await launchChromium({
    executablePath: cable.chromium,
    args: [`--unsafely-treat-insecure-origin-as-secure=${origin}`],
  });
  const end = async () => {
    await browser.close();
    relay.close();
    cable.close();
    place.remove();
  };
  try {
    const load = await StandingLoad.create({
      place,
      size: {
        browsers: false,
        presenters: 1,
        webrtcViewers: 2,
        hlsViewers: 5,
        sockets: 20,
        screens: 0,
        booth: false,
      },
      env: {
        HOST: "0.0.0.0",
        TORILLA_ANNOUNCED_ADDRESS: `127.0.0.1,${cable.address}`,
        // The relay stands before one port.
        TORILLA_MEDIA_WORKERS: "1",
      },
    });
    const viewer = await Visitor.create(browser, origin);
    await relay.init(viewer.context);
    await openStageAnew(viewer);
    lines.set(load, { cable, relay, viewer });
    const close = load.close.bind(load);
    load.close = () => close().finally(end);
    return load;
  } catch (error) {
    await end();
    throw error;
  }
}
