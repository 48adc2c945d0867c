/*
 * Latency of chat and of media while the server also converts a video and takes an upload of 2 GB at the pace of a
 * gigabit network, next to the same alone. Server, PostgreSQL, media node and the conversion share one core; the loads
 * are on the other. The programme is made up (no mixer), each of its packets stamped.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT_DIR } from "../../server/config.ts";
import { Browser } from "../support/browser.ts";
import { makeCounterVideo } from "../support/counter-video.ts";
import { createLink, createPresentation } from "../support/factories.ts";
import { type LiveStage, openLiveStage } from "../support/load/live-stage.ts";
import { waitForAllDelivered } from "../support/load/server-process.ts";
import { SocketLoad } from "../support/load/socket-load.ts";
import { WebrtcLoad } from "../support/load/webrtc-load.ts";
import { watchProgramme } from "../support/load/webrtc-viewers.ts";
import { beginUpload, upload } from "../support/tus-upload.ts";
import { waitFor } from "../support/wait-for.ts";
import { defineBench } from "./harness/define-bench.ts";
import { LOAD_CORE, pin, SERVER_CORE } from "./harness/spawn-pinned.ts";
import { median } from "./harness/statistics.ts";

const GIB = 1024 ** 3;
const CHUNK = Buffer.alloc(1024 * 1024, "torilla");
const CHUNKS_PER_SECOND = 119;
const MESSAGES_PER_SECOND = 5;

export default defineBench({
  name: "noisy-neighbour",
  title: "Noisy neighbour: chat and media beside a conversion and an upload of 2 GB",
  async run(bench) {
    const [sockets, viewers, seconds, pairs] = bench.quick ? [20, 4, 3, 1] : [200, 20, 15, 3];
    const video = join(ROOT_DIR, `tests/output/fake/neighbour-${bench.quick ? "short" : "90-s"}.mp4`);
    // Who uploads is load too.
    pin(process.pid, LOAD_CORE);
    await makeCounterVideo(video, { seconds: bench.quick ? 10 : 90, fps: 25, toneHz: 440 });
    const source = await WebrtcLoad.start({ core: LOAD_CORE });
    const watching = await WebrtcLoad.start({ core: LOAD_CORE });
    const load = await SocketLoad.start({ core: LOAD_CORE });
    const stage = await openLiveStage({ core: SERVER_CORE, source });
    const chat = { kind: "stage", stageId: stage.stageId } as const;

    try {
      const group = await load.open({ url: stage.server.url, sockets, chat });
      for (let one = 0; one < viewers; one += 1) {
        const { id } = await watchProgramme(watching, await stage.visit(), { stageId: stage.stageId });
        await watching.picture(id);
      }
      const neighbour = await Neighbour.create(stage, video);

      async function measure(who: string) {
        await watching.reset();
        await group.stats({ reset: true });
        await group.send({ perSecond: MESSAGES_PER_SECOND, count: MESSAGES_PER_SECOND * seconds });
        await waitForAllDelivered(group);
        const { deliveryMs } = await group.stats();
        const { latency } = await watching.stats();
        bench.say(
          `    ${who}: chat p99 ${deliveryMs.p99.toFixed(1)} ms, picture p99 ${latency.video!.p99Ms.toFixed(2)} ms, sound p99 ${latency.audio!.p99Ms.toFixed(2)} ms`,
        );
        return { chat: deliveryMs.p99, media: latency.video!.p99Ms };
      }

      await measure("warming up");
      const rounds: {
        beside: Awaited<ReturnType<typeof measure>>;
        alone: Awaited<ReturnType<typeof measure>>;
      }[] = [];
      for (let round = 0; round < pairs; round += 1) {
        const noise = await neighbour.begin(bench.quick ? 200 : 2 * 1024);
        const beside = await measure("beside conversion and upload");
        bench.say(`      ${await noise.end()}`);
        rounds.push({ beside, alone: await measure("alone") });
      }
      for (const [key, what] of [
        ["chat", "chat, writing to notice"],
        ["media", "media, source to viewer"],
      ] as const) {
        const values = rounds.map(({ beside, alone }): [number, number] => [beside[key], alone[key]]);
        bench.record({
          what: `p99 of ${what}, beside a conversion and an upload of 2 GB next to alone`,
          unit: "ms",
          value: median(values.map(([ours, peer]) => ours / peer)),
          floor: 2,
          ambition: 1.2,
          ours: median(values.map(([ours]) => ours)),
          peer: median(values.map(([, peer]) => peer)),
          peerName: "alone",
          pairs: values,
        });
      }
    } finally {
      await load.close();
      await watching.close();
      await stage.close();
      await source.close();
    }
  },
});

/** An organiser who uploads a video, which is then converted, and another that is large. */
class Neighbour {
  readonly #stage: LiveStage;
  readonly #organiser: Browser;
  readonly #video: Buffer;

  static async create(stage: LiveStage, video: string): Promise<Neighbour> {
    const { db, url } = stage.server;
    const { eventId } = await db.stage.findUniqueOrThrow({ where: { id: stage.stageId } });
    const organiser = await new Browser(url).open(await createLink(db, { role: "organiser", eventId }));
    return new Neighbour(stage, organiser, readFileSync(video));
  }

  private constructor(stage: LiveStage, organiser: Browser, video: Buffer) {
    this.#stage = stage;
    this.#organiser = organiser;
    this.#video = video;
  }

  /** Resolves when the conversion runs and the upload of `mebibytes` flows. */
  async begin(mebibytes: number): Promise<{ end(): Promise<string> }> {
    const { db } = this.#stage.server;
    const { id: presentationId } = await this.#present();
    await upload(this.#organiser, { presentationId, bytes: this.#video, filename: "video.mp4" });
    const state = async () => (await db.media.findFirst({ where: { presentationId } }))?.state;
    await waitFor(async () => (await state()) === "converting", {
      what: "the conversion",
      timeoutMs: 60_000,
    });
    const large = await this.#uploadLarge(mebibytes);
    return {
      end: async () => {
        const during = await state();
        const bytes = await large.end();
        const after = during === "converting" ? "still running" : `over (${during})`;
        await waitFor(async () => (await state()) !== "converting", {
          what: "the conversion's end",
          timeoutMs: 180_000,
        });
        return `${(bytes / GIB).toFixed(2)} GiB uploaded, the conversion was ${after} at the end`;
      },
    };
  }

  async #uploadLarge(mebibytes: number): Promise<{ end(): Promise<number> }> {
    const { id: presentationId } = await this.#present();
    const size = mebibytes * CHUNK.length;
    const begun = await beginUpload(this.#organiser, {
      size,
      metadata: { presentationId, filename: "large.mp4" },
    });
    if (begun.status !== 201) throw new Error(`upload refused: ${begun.status} ${await begun.text()}`);
    const location = begun.headers.get("location") ?? "";
    const stop = new AbortController();
    let bytes = 0;
    const body = new ReadableStream({
      start: () => {},
      async pull(controller) {
        const dueMs = startedAt + (bytes / CHUNK.length / CHUNKS_PER_SECOND) * 1_000;
        await sleep(Math.max(0, dueMs - performance.now()));
        controller.enqueue(new Uint8Array(CHUNK));
        bytes += CHUNK.length;
        if (bytes >= size) controller.close();
      },
    });
    const startedAt = performance.now();
    const headers = {
      "tus-resumable": "1.0.0",
      "upload-offset": "0",
      "content-type": "application/offset+octet-stream",
    };
    const init = { method: "PATCH", headers, body, duplex: "half", signal: stop.signal } as RequestInit;
    const sent = this.#organiser.fetch(location, init).catch(() => null);
    return {
      async end() {
        const uploaded = bytes;
        stop.abort();
        await sent;
        return uploaded;
      },
    };
  }

  #present() {
    return createPresentation(this.#stage.server.db, { stageId: this.#stage.stageId, kind: "video" });
  }
}
