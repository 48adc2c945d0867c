/*
 * Everybody of the standing load who has media and no browser: viewers of the audience room, presenters beside the
 * host, and a booth's staff and visitor who talk. One load process, one look at its counts four times a second.
 */
import { join } from "node:path";
import { fillPicture, type OwnedPicture } from "../../../media/mixer/picture/planes.ts";
import { ROOT_DIR } from "../../../server/config.ts";
import { Browser } from "../browser.ts";
import { drawCounter } from "../counter-video.ts";
import { drawNoise } from "../draw-noise.ts";
import { WebrtcLoad } from "../load/webrtc-load.ts";
import { makePresenterFiles, type PresenterFiles } from "../load/webrtc-presenter.ts";
import type { Product } from "../product.ts";
import { type MemberOptions, RoomMember } from "./room-member.ts";

const LOOK_EVERY_MS = 250;
const FPS = 15;

const cameraKinds = {
  /** One colour: costs next to nothing to send and to mix. */
  plain: {
    widthPx: 320,
    heightPx: 180,
    kbps: 200,
    drawBackground: (picture: OwnedPicture) => fillPicture(picture, { y: 110, u: 170, v: 90 }),
  },
  /** Restless all over, so that the programme takes all the bits it may have. */
  restless: { widthPx: 640, heightPx: 360, kbps: 1500, drawBackground: drawNoise },
} as const;
export type CrowdCameras = keyof typeof cameraKinds;

export interface CrowdReading {
  /** Seconds without picture or sound at the worst of them since the last reset. */
  pictureS: number;
  soundS: number;
  /** Of whom nothing came for a second, with the kind and what they say. */
  silent: string[];
}

export class RoomCrowd {
  readonly viewers: RoomMember[] = [];
  readonly presenters: RoomMember[] = [];
  readonly booth: RoomMember[] = [];
  readonly #load: WebrtcLoad;
  readonly #product: Product;
  readonly #cameras: CrowdCameras;
  readonly #looking: NodeJS.Timeout;
  #hasHost = false;

  static async create(product: Product, cameras: CrowdCameras = "plain"): Promise<RoomCrowd> {
    return new RoomCrowd({ product, load: await WebrtcLoad.start(), cameras });
  }

  private constructor({
    product,
    load,
    cameras,
  }: {
    product: Product;
    load: WebrtcLoad;
    cameras: CrowdCameras;
  }) {
    this.#product = product;
    this.#cameras = cameras;
    this.#load = load;
    this.#looking = setInterval(() => void this.#look().catch(() => {}), LOOK_EVERY_MS);
    this.#looking.unref();
  }

  /** One who drives the stage without a browser. */
  async addHost(stageId: string): Promise<{ openRehearsal(): Promise<unknown>; goLive(): Promise<unknown> }> {
    const browser = new Browser(this.#product.url);
    await browser.open({ token: this.#product.link(/^Host/).split("#")[1] ?? "" });
    const socket = await browser.socket();
    this.#hasHost = true;
    return {
      openRehearsal: async () => {
        await socket.request("stage:openRehearsal", { stageId });
        const room = { kind: "backstage", stageId } as const;
        const displayName = "Aino Juontaja";
        this.presenters.push(
          await this.#enter({ room, displayName, link: /^Host/, files: await this.#files() }),
        );
      },
      goLive: async () => {
        await socket.request("stage:goLive", { stageId });
        browser.close();
      },
    };
  }

  async addViewers(stageId: string, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const viewer = this.#enter({ room: { kind: "audience", stageId }, displayName: `viewer ${n + 1}` });
      this.viewers.push(await viewer);
    }
  }

  async addPresenters(stageId: string, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const room = { kind: "backstage", stageId } as const;
      const displayName = `Puhuja ${n + 1}`;
      this.presenters.push(
        await this.#enter({ room, displayName, link: /^Speaker/, files: await this.#files() }),
      );
    }
  }

  /** Staff at the table, and a visitor who was let in to speak. */
  async addBooth(): Promise<void> {
    const staff = await new Browser(this.#product.url).open({
      token: this.#product.link(/^Staff/).split("#")[1] ?? "",
    });
    const { grants } = await staff.call("readSession");
    const boothId = grants.find((grant) => grant.boothId !== null)?.boothId;
    if (!boothId) throw new Error("the staff's link has no booth");
    const room = { kind: "booth", boothId } as const;
    const shared = { room, files: await this.#files() };
    this.booth.push(
      await this.#enter({ ...shared, displayName: "Esittelijä", link: /^Staff/, admits: true }),
    );
    this.booth.push(await this.#enter({ ...shared, displayName: "Kävijä" }));
  }

  async reset(): Promise<void> {
    await this.#load.reset();
    for (const member of this.#all) member.reset();
  }

  read(who: "viewers" | "presenters" | "booth"): CrowdReading {
    // A host who is alone in the backstage receives nothing.
    const isAlone = who === "presenters" && this.#hasHost && this.presenters.length === 1;
    const members = isAlone ? [] : this[who];
    const pictures = members.map((member) => member.read("video"));
    const sounds = members.map((member) => member.read("audio"));
    return {
      pictureS: Math.max(0, ...pictures.map(({ longestS }) => longestS)),
      soundS: Math.max(0, ...sounds.map(({ longestS }) => longestS)),
      silent: members.flatMap((member, index) => {
        const [picture, sound] = [pictures[index]!.openS, sounds[index]!.openS];
        if (picture < 1 && sound < 1) return [];
        const open = `picture ${picture.toFixed(1)} s, sound ${sound.toFixed(1)} s`;
        return [`${member.name} (${open}${member.failure ? `, ${member.failure}` : ""})`];
      }),
    };
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    await Promise.all(this.#all.map((member) => member.close()));
    await this.#load.close();
  }

  get #all(): RoomMember[] {
    return [...this.viewers, ...this.presenters, ...this.booth];
  }

  async #enter({
    link,
    ...options
  }: Pick<MemberOptions, "room" | "displayName" | "files" | "admits"> & {
    link?: RegExp;
  }): Promise<RoomMember> {
    const { url } = this.#product;
    const browser = new Browser(url);
    await browser.call("readSession");
    if (link) await browser.open({ token: this.#product.link(link).split("#")[1] ?? "" });
    return RoomMember.enter({ load: this.#load, url, cookie: browser.cookieHeader, ...options });
  }

  #files(): Promise<PresenterFiles> {
    const files = made.get(this.#cameras) ?? makeFiles(this.#cameras);
    made.set(this.#cameras, files);
    return files;
  }

  async #look(): Promise<void> {
    const { peers } = await this.#load.stats();
    const byId = new Map(peers.map((peer) => [peer.id, peer]));
    for (const member of this.#all) member.observe(byId);
  }
}

/** Ten seconds of the counter, made once. */
function makeFiles(cameras: CrowdCameras): Promise<PresenterFiles> {
  const { widthPx, heightPx, kbps, drawBackground } = cameraKinds[cameras];
  return makePresenterFiles(join(ROOT_DIR, `tests/output/fake/chaos-${cameras}`), {
    widthPx,
    heightPx,
    fps: FPS,
    frames: FPS * 10,
    kbps,
    draw: (picture: OwnedPicture, frame: number) => {
      drawBackground(picture);
      drawCounter(picture, frame);
    },
  });
}

const made = new Map<CrowdCameras, Promise<PresenterFiles>>();
