/*
 * A small standing load of load clients, and real pages only for those on whom the fault falls: behind a wire of their
 * own (wire.ts). Nothing begins by the schedule meanwhile, so that twenty runs see the same.
 */
import { Browser } from "../../support/browser.ts";
import { HostPage } from "../../support/chaos/host-page.ts";
import { LoadExtra } from "../../support/chaos/load-extra.ts";
import {
  EVENT_AND_STAGE,
  type LoadSize,
  StandingLoad,
  type StandingOptions,
} from "../../support/chaos/standing-load.ts";
import { createPlace } from "../../support/launched.ts";
import { createCountingCamera } from "../../support/live-lecture.ts";
import { launchChromium } from "../../support/media-peer.ts";
import { Visitor } from "../../support/page-story.ts";
import type { Product } from "../../support/product.ts";
import { openScreen, openStageAnew } from "./picture-times.ts";
import { Wire } from "./wire.ts";

/** The only presenter, a viewer and a screen are behind the wire; an onlooker is not. */
export type Person = "presenter" | "viewer" | "screen" | "onlooker";

interface Wired {
  wire: Wire;
  pages: ReadonlyMap<Person, Visitor>;
}

interface WiredOptions extends Pick<StandingOptions, "env" | "cameras"> {
  people: readonly Person[];
  hasRelay?: boolean;
}

const extra = new LoadExtra<Wired>("wire");

/** The wire of a load that one of these grounds made. */
export function requireWire(load: StandingLoad): Wire {
  return extra.of(load).wire;
}

/** @throws when the load has nobody of that name */
export function requirePerson(load: StandingLoad, name: Person): Visitor {
  const found = extra.of(load).pages.get(name);
  if (!found) throw new Error(`this load has no ${name}`);
  return found;
}

/** What nobody caught in its pages, from their beginning on. */
export function countPageErrors(load: StandingLoad): number {
  return [...extra.of(load).pages.values()].reduce((sum, { errors }) => sum + errors.length, 0);
}

const SIZE: Partial<LoadSize> = {
  browsers: false,
  presenters: 0,
  webrtcViewers: 2,
  hlsViewers: 5,
  sockets: 20,
  screens: 0,
  booth: false,
};
/** Of the one presentation that stays. */
const LECTURE_SECONDS = 3 * 3600;
const SMALL = { width: 480, height: 320 };
const SCREEN = { width: 640, height: 360 };

/** The only presenter behind the wire; somebody elsewhere watches. */
export const createStudioLoad = (): Promise<StandingLoad> =>
  createWiredLoad({ people: ["presenter", "onlooker"] });

/** A viewer and a screen behind the wire. */
export const createAudienceLoad = (): Promise<StandingLoad> =>
  createWiredLoad({ people: ["viewer", "screen"] });

/** A viewer of a programme whose large picture takes 1,000 kbit/s and whose small one 320, as far as they may. */
const RESTLESS: Omit<WiredOptions, "people"> = {
  cameras: "restless",
  env: {
    TORILLA_PROGRAMME_WIDTH: "640",
    TORILLA_PROGRAMME_HEIGHT: "360",
    TORILLA_PROGRAMME_KBPS: "1000",
    // A relay stands before one port.
    TORILLA_MEDIA_WORKERS: "1",
  },
};
export const createLineLoad = (): Promise<StandingLoad> =>
  createWiredLoad({ ...RESTLESS, people: ["viewer"] });
export const createRelayedLoad = (): Promise<StandingLoad> =>
  createWiredLoad({ ...RESTLESS, people: ["viewer"], hasRelay: true });

async function createWiredLoad(options: WiredOptions): Promise<StandingLoad> {
  const undo: (() => unknown)[] = [];
  const end = async () => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    const place = await createPlace();
    undo.push(() => place.remove());
    const hasPresenter = options.people.includes("presenter");
    const devices = hasPresenter ? createCountingCamera() : {};
    const wire = await Wire.create({ place, hasRelay: options.hasRelay ?? false, devices });
    undo.push(() => wire.close());
    const pages = new Map<Person, Visitor>();
    const takePresenter = async (product: Product) => {
      const visitor = await wire.seat(SMALL);
      pages.set("presenter", visitor);
      return new HostPage(product, visitor);
    };
    const load = await StandingLoad.create({
      ...(options.cameras ? { cameras: options.cameras } : {}),
      ...(hasPresenter ? { host: takePresenter } : {}),
      place,
      size: SIZE,
      env: {
        ...options.env,
        HOST: "0.0.0.0",
        TORILLA_ANNOUNCED_ADDRESS: `127.0.0.1,${wire.cable.address}`,
      },
    });
    const closeLoad = () => load.close();
    undo.push(closeLoad);
    await freeSchedule(load.product);
    if (options.people.includes("onlooker")) {
      const browser = await launchChromium();
      undo.push(() => browser.close());
      pages.set("onlooker", await Visitor.create(browser, load.url, SMALL));
    }
    if (options.people.includes("viewer")) pages.set("viewer", await wire.seat(SMALL));
    if (options.people.includes("screen")) pages.set("screen", await wire.seat(SCREEN));
    for (const [name, visitor] of pages) {
      if (name === "screen") await openScreen(visitor, load.product);
      else if (name !== "presenter") await openStageAnew(visitor);
    }
    // From here on the load is closed from outside, and ends the rest.
    undo.splice(undo.indexOf(closeLoad), 1);
    return extra.add(load, { wire, pages }, end);
  } catch (error) {
    await end();
    throw error;
  }
}

/** The demo's later presentations are taken out: no video and no break comes over what is measured. */
async function freeSchedule({ url, link }: Product): Promise<void> {
  const organiser = await new Browser(url).open({ token: link(/^Organiser/).split("#")[1] ?? "" });
  const { event } = EVENT_AND_STAGE;
  const { presentations } = await organiser.call("readManagedEvent", { params: { event } });
  const [first, ...later] = presentations.toSorted((a, b) => a.startsAt.localeCompare(b.startsAt));
  for (const { id } of later)
    await organiser.call("deletePresentation", { params: { event, presentationId: id } });
  const params = { event, presentationId: first!.id };
  await organiser.call("updatePresentation", { params, body: { lengthSeconds: LECTURE_SECONDS } });
}
