/*
 * The load that stands while faults strike: the whole product through its launcher, a stage live with three presenters,
 * viewers by WebRTC and by HLS, sockets that chat, screens, a booth in talk; a few of them real browsers, the others
 * load clients. `begin()` starts the measuring of one run, `untilWell()` waits for everybody, `checkTruth()` compares.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT_DIR } from "../../../server/config.ts";
import { Browser } from "../browser.ts";
import { createPlace, type Place } from "../launched.ts";
import { STAGE_PATH } from "../live-lecture.ts";
import { HlsLoad } from "../load/hls-load.ts";
import { type SocketGroup, SocketLoad } from "../load/socket-load.ts";
import { type Product, startProduct } from "../product.ts";
import { listDescendants } from "../product-processes.ts";
import { waitFor } from "../wait-for.ts";
import type { Audience } from "./fault.ts";
import { interruption } from "./interruption.ts";
import { LoadPages } from "./load-pages.ts";
import type { PictureReading } from "./picture-watch.ts";
import { continueProcess } from "./process-signals.ts";
import { type RunReading, readRun } from "./read-run.ts";
import { type CrowdCameras, RoomCrowd } from "./room-crowd.ts";
import { readStoredChat } from "./stored-chat.ts";
import { TruthKeeper, type Verdict } from "./truth-keeper.ts";

export interface LoadSize {
  /** Host, a viewer each by WebRTC and by HLS, and the screens in Chromium; else the host is a load client too. */
  browsers: boolean;
  /** Beside the host, without browsers, as are all below but the screens. */
  presenters: number;
  webrtcViewers: number;
  hlsViewers: number;
  sockets: number;
  messagesPerSecond: number;
  screens: number;
  booth: boolean;
}

export const FULL_SIZE: LoadSize = {
  browsers: true,
  presenters: 2,
  webrtcViewers: 9,
  hlsViewers: 49,
  sockets: 200,
  messagesPerSecond: 5,
  screens: 2,
  booth: true,
};

/** One who opens the stage and goes live, and is seen there. */
export interface StageHost {
  openRehearsal(): Promise<unknown>;
  goLive(): Promise<unknown>;
}

export interface StandingOptions {
  size?: Partial<LoadSize>;
  /** A data folder that was prepared (a small disk); it stays the caller's. */
  place?: Place;
  env?: NodeJS.ProcessEnv;
  /** Who drives the stage of a load without browsers; default a load client. */
  host?: (product: Product) => Promise<StageHost>;
  /** The load clients' cameras. */
  cameras?: CrowdCameras;
  /** Told of each step of the beginning. */
  onStep?: (step: string) => void;
}

const [, , event = "", , stage = ""] = STAGE_PATH.split("/");
/** Of the stage that is live, for doors. */
export const EVENT_AND_STAGE = { event, stage };
/** The same numbers on a machine that browsers would fill: everybody is a load client, and there are no screens. */
export const SIZE_WITHOUT_BROWSERS: Partial<LoadSize> = {
  browsers: false,
  webrtcViewers: FULL_SIZE.webrtcViewers + 1,
  hlsViewers: FULL_SIZE.hlsViewers + 1,
  screens: 0,
};
/** Of every load. */
export const PROGRAMME_FPS = 12;
const WELL_MS = 120_000;

export class StandingLoad {
  readonly size: LoadSize;
  readonly place: Place;
  readonly stageId: string;
  readonly broadcastId: string;
  readonly crowd: RoomCrowd;
  readonly hls: HlsLoad;
  readonly sockets: SocketGroup;
  readonly truth: TruthKeeper;
  /** The one that runs now; faults that end the launcher put another in its place. */
  product: Product;
  readonly #socketLoad: SocketLoad;
  readonly #pages: LoadPages | null;
  readonly #ownsPlace: boolean;
  readonly #env: NodeJS.ProcessEnv;

  static async create(options: StandingOptions = {}): Promise<StandingLoad> {
    const size = { ...FULL_SIZE, ...options.size };
    const onStep = (step: string) => {
      interruption.throwIfAborted();
      options.onStep?.(step);
    };
    const place = options.place ?? (await createPlace());
    const env = environment(options.env);
    const product = await startProduct({ place, env });
    const undo: (() => Promise<unknown>)[] = [() => product.stop()];
    try {
      const pages = size.browsers ? await LoadPages.create(product, { screens: size.screens }) : null;
      undo.push(async () => pages?.close());
      onStep("product and browser");
      const crowd = await RoomCrowd.create(product, options.cameras);
      undo.push(() => crowd.close());
      const { id: stageId } = await readStage(product);
      const host = pages ?? (await (options.host?.(product) ?? crowd.addHost(stageId)));
      await host.openRehearsal();
      await crowd.addPresenters(stageId, size.presenters);
      await host.goLive();
      onStep("live");
      const broadcastId = await waitFor(async () => (await readStage(product)).state.broadcastId, {
        timeoutMs: 30_000,
        what: "a broadcast",
      });
      await pages?.watch();
      onStep("pages watch");
      await crowd.addViewers(stageId, size.webrtcViewers);
      if (size.booth) await crowd.addBooth();
      onStep("viewers and booth");
      const hls = await HlsLoad.start();
      undo.push(() => hls.close());
      const url = `${product.url}/media/live/${broadcastId}`;
      await hls.follow({ url, viewers: size.hlsViewers, rampMs: 2_000 });
      const socketLoad = await SocketLoad.start();
      undo.push(() => socketLoad.close());
      const { sockets, truth } = await openChat(product, { socketLoad, stageId, size });
      const parts = { size, place, product, stageId, broadcastId, pages, crowd, hls };
      const ownsPlace = options.place === undefined;
      const load = new StandingLoad({ ...parts, sockets, truth, socketLoad, ownsPlace, env });
      load.write();
      onStep("sockets");
      await load.untilWell();
      onStep("all well");
      return load;
    } catch (error) {
      for (const one of undo.reverse()) await one().catch(() => {});
      throw error;
    }
  }

  private constructor(parts: {
    size: LoadSize;
    place: Place;
    product: Product;
    stageId: string;
    broadcastId: string;
    pages: LoadPages | null;
    crowd: RoomCrowd;
    hls: HlsLoad;
    sockets: SocketGroup;
    truth: TruthKeeper;
    socketLoad: SocketLoad;
    ownsPlace: boolean;
    env: NodeJS.ProcessEnv;
  }) {
    this.size = parts.size;
    this.place = parts.place;
    this.product = parts.product;
    this.stageId = parts.stageId;
    this.broadcastId = parts.broadcastId;
    this.#pages = parts.pages;
    this.crowd = parts.crowd;
    this.hls = parts.hls;
    this.sockets = parts.sockets;
    this.truth = parts.truth;
    this.#socketLoad = parts.socketLoad;
    this.#ownsPlace = parts.ownsPlace;
    this.#env = parts.env;
  }

  /** Real pages. @throws in a load without browsers */
  get pages(): LoadPages {
    if (!this.#pages) throw new Error("this load has no browsers");
    return this.#pages;
  }

  get hasPages(): boolean {
    return this.#pages !== null;
  }

  /** Who is not there to show a figure. */
  get lacks(): ReadonlySet<Audience> {
    const { browsers, screens } = this.size;
    return new Set([
      ...(browsers ? [] : ["pages" as const]),
      ...(browsers && screens > 0 ? [] : ["screens" as const]),
    ]);
  }

  get url(): string {
    return this.product.url;
  }

  /** From here on everything is measured anew. @returns the instant, ms since 1970 */
  async begin(): Promise<number> {
    await Promise.all([
      this.#pages?.reset(),
      this.crowd.reset(),
      this.hls.reset(),
      this.sockets.stats({ reset: true }),
    ]);
    return Date.now();
  }

  /** What everybody saw since `begin()`. */
  read(sinceMs: number): Promise<RunReading> {
    return readRun(this, sinceMs);
  }

  /** Waits until everybody sees, hears and chats. @returns ms. @throws with who does not */
  async untilWell(timeoutMs = WELL_MS): Promise<number> {
    const since = performance.now();
    let ailing: string[] = [];
    const isWell = async () => {
      ailing = await this.ailing();
      if (process.env.CHAOS_TALKS && ailing.length > 0) console.log(`     ${ailing.join("; ")}`);
      if (ailing.length > 0) await sleep(400);
      return ailing.length === 0;
    };
    await waitFor(isWell, { timeoutMs }).catch((error: Error) => {
      throw new Error(`after ${timeoutMs / 1000} s not well: ${ailing.join("; ") || error.message}`);
    });
    return performance.now() - since;
  }

  /** Who does not see, hear or chat at this moment, and whether the server says that it is not ready. */
  async ailing(): Promise<string[]> {
    const [pages, chat, hls, ready] = await Promise.all([
      this.#pages?.read() ?? ({} as Record<string, PictureReading>),
      this.sockets.stats(),
      this.#countSilentHls(),
      isReady(this.url),
    ]);
    const { sockets } = this.size;
    return [
      ...Object.entries(pages).flatMap(([name, { sinceMovedS }]) =>
        sinceMovedS > 1 ? [`${name} stands still for ${sinceMovedS.toFixed(1)} s`] : [],
      ),
      ...(["viewers", "presenters", "booth"] as const).flatMap((who) => this.crowd.read(who).silent),
      ...(chat.joined < sockets ? [`${sockets - chat.joined} of ${sockets} sockets away`] : []),
      ...(hls > 0 ? [`${hls} HLS renditions stand still`] : []),
      ...(ready ? [] : ["not ready"]),
    ];
  }

  /** Pauses the writers until all has arrived everywhere, and compares. */
  async checkTruth(): Promise<Verdict> {
    await this.sockets.stop();
    let told = "";
    await waitFor(
      async () => {
        const { unsent, missing, joined } = await this.sockets.stats();
        told = `${unsent} unsent, ${missing} not delivered, ${joined} joined`;
        if (unsent === 0 && missing === 0) return true;
        await sleep(100);
        return false;
      },
      { timeoutMs: 40_000, what: "an arrival of every message" },
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${told}`);
    });
    await sleep(300);
    await this.sockets.stats();
    const verdict = await this.truth.check();
    this.write();
    return verdict;
  }

  /** The launcher is gone: another on the same folder and ports, as the same person would type it again. */
  async startAgain(): Promise<void> {
    this.product = await startProduct({ place: this.place, env: this.#env });
  }

  /** Lets the sockets write, from here on until `checkTruth()`. */
  write(perSecond = this.size.messagesPerSecond): void {
    this.sockets.send({ perSecond }).catch(() => {});
  }

  async close(): Promise<void> {
    // Who was stopped, and not yet let go on, could not end.
    const { pid } = this.product.launched.child;
    for (const below of pid === undefined ? [] : listDescendants(pid)) continueProcess(below.pid);
    this.truth.close();
    await this.sockets.stop().catch(() => {});
    await this.#pages?.close();
    await this.crowd.close();
    await this.hls.close();
    await this.#socketLoad.close();
    const { exitCode, signalCode } = this.product.launched.child;
    if (exitCode === null && signalCode === null) await this.product.stop();
    if (this.#ownsPlace) this.place.remove();
  }

  async #countSilentHls(): Promise<number> {
    const { silent, notStarted } = await this.hls.report();
    return silent + notStarted;
  }
}

/** The usual ground of a fault. */
const onStep = (step: string) => console.log(`  ${new Date().toISOString().slice(11, 19)} ${step}`);
export const createStandingLoad = (): Promise<StandingLoad> => StandingLoad.create({ onStep });
/** The same people without browsers: for many repetitions, and for machines that are busy. */
export const createLoadWithoutBrowsers = (): Promise<StandingLoad> =>
  StandingLoad.create({ onStep, size: SIZE_WITHOUT_BROWSERS });

export async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

async function readStage(product: Product) {
  return new Browser(product.url).call("readStage", { params: EVENT_AND_STAGE });
}

async function openChat(
  product: Product,
  { socketLoad, stageId, size }: { socketLoad: SocketLoad; stageId: string; size: LoadSize },
): Promise<{ sockets: SocketGroup; truth: TruthKeeper }> {
  const folder = join(ROOT_DIR, "tests/output/chaos");
  mkdirSync(folder, { recursive: true });
  const stamp = `${new Date()
    .toISOString()
    .replaceAll(/[^0-9]/g, "")
    .slice(0, 14)}-${process.pid}`;
  const notes = join(folder, `notes-${stamp}.jsonl`);
  const truth = TruthKeeper.create({
    path: join(folder, `truth-${stamp}.jsonl`),
    chats: [`stage:${stageId}`],
    readStored: (chat, afterSeq) => readStoredChat(product, chat, afterSeq),
  });
  truth.follow(notes);
  const sockets = await socketLoad.open({
    url: product.url,
    sockets: size.sockets,
    chat: { kind: "stage", stageId },
    watch: { stageId, isCounted: true },
    notes,
  });
  return { sockets, truth };
}

/** Small enough that two cores carry it with everybody who watches. */
function environment(own: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    TORILLA_PROGRAMME_WIDTH: "480",
    TORILLA_PROGRAMME_HEIGHT: "270",
    TORILLA_PROGRAMME_FPS: String(PROGRAMME_FPS),
    TORILLA_PROGRAMME_KBPS: "400",
    TORILLA_MEDIA_WORKERS: "2",
    ...own,
  };
}
