/*
 * The whole product with a small programme and one presenter without a browser who flashes and beeps; live as soon as
 * it is made. Ended by `close()`.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Browser } from "../../support/browser.ts";
import { STAGE_PATH } from "../../support/live-lecture.ts";
import { WebrtcLoad } from "../../support/load/webrtc-load.ts";
import { present } from "../../support/load/webrtc-presenter.ts";
import { type Product, startProduct } from "../../support/product.ts";
import type { SocketClient } from "../../support/socket-client.ts";
import { waitFor } from "../../support/wait-for.ts";
import { makeFlashAndBeep } from "./flash-and-beep.ts";

const SIZE = { widthPx: 320, heightPx: 180, fps: 15 };
const [, , event = "", , stage = ""] = STAGE_PATH.split("/");

export class SmallLecture {
  readonly product: Product;
  readonly stageId: string;
  readonly broadcastId: string;
  /** Drives the stage. */
  readonly host: SocketClient;
  readonly #load: WebrtcLoad;

  static async create(): Promise<SmallLecture> {
    const undo: (() => Promise<unknown>)[] = [];
    try {
      return await SmallLecture.#open(undo);
    } catch (error) {
      for (const one of undo.reverse()) await one().catch(() => {});
      throw error;
    }
  }

  static async #open(undo: (() => Promise<unknown>)[]): Promise<SmallLecture> {
    const product = await startProduct({
      env: {
        TORILLA_PROGRAMME_WIDTH: String(SIZE.widthPx),
        TORILLA_PROGRAMME_HEIGHT: String(SIZE.heightPx),
        TORILLA_PROGRAMME_FPS: String(SIZE.fps),
        TORILLA_PROGRAMME_KBPS: "250",
      },
    });
    undo.push(() => product.stop());
    const token = product.link(/^Host/).split("#")[1] ?? "";
    const host = await (await new Browser(product.url).open({ token })).socket();
    const { id: stageId } = await readStage(product);
    await host.request("stage:openRehearsal", { stageId });
    const load = await WebrtcLoad.start();
    undo.push(() => load.close());
    const files = await makeFlashAndBeep(join(product.place.dataDir, "tmp-presenter"), SIZE);
    await present(load, host, { room: { kind: "backstage", stageId }, files, displayName: "Aino" });
    await sleep(1000);
    await host.request("stage:goLive", { stageId });
    const broadcastId = await waitFor(async () => (await readStage(product)).state.broadcastId, {
      timeoutMs: 20_000,
      what: "the broadcast",
    });
    return new SmallLecture({ product, stageId, broadcastId, host, load });
  }

  private constructor(parts: {
    product: Product;
    stageId: string;
    broadcastId: string;
    host: SocketClient;
    load: WebrtcLoad;
  }) {
    this.product = parts.product;
    this.stageId = parts.stageId;
    this.broadcastId = parts.broadcastId;
    this.host = parts.host;
    this.#load = parts.load;
  }

  readStage(): ReturnType<typeof readStage> {
    return readStage(this.product);
  }

  async close(): Promise<void> {
    this.host.close();
    await this.#load.close();
    await this.product.stop();
  }
}

function readStage(product: Product) {
  return new Browser(product.url).call("readStage", { params: { event, stage } });
}
