/*
 * A small lecture with one viewer whose page plays it by hls.js: what may not grow in an hour. Ended by `close()`.
 */
import { PROGRAMME, STAGE_PATH } from "../../support/live-lecture.ts";
import { type ReadPlaylist, readPlaylist } from "../../support/playlist-reader.ts";
import { requireMixerPid, requirePid } from "../../support/product-processes.ts";
import { residentBytes } from "../harness/cpu.ts";
import { soundBehindPictureMs } from "./read-onsets.ts";
import { SmallLecture } from "./small-lecture.ts";
import { UnwatchedPage } from "./unwatched-page.ts";

/** Segments that are read at a time: one loop of the presenter lies in them whole. */
const READ_SEGMENTS = 4;

export class SmallProgramme {
  readonly #lecture: SmallLecture;
  /** Address of the broadcast's playlists and files. */
  readonly #media: string;
  readonly #page: UnwatchedPage;

  private constructor(lecture: SmallLecture, page: UnwatchedPage) {
    this.#lecture = lecture;
    this.#media = `${lecture.product.url}/media/live/${lecture.broadcastId}`;
    this.#page = page;
  }

  static async create(): Promise<SmallProgramme> {
    const lecture = await SmallLecture.create();
    try {
      const byHls = { "torilla.player": JSON.stringify({ preference: "hls" }) };
      const page = await UnwatchedPage.open(lecture.product.url + STAGE_PATH, byHls);
      return new SmallProgramme(lecture, page);
    } catch (error) {
      await lecture.close();
      throw error;
    }
  }

  /** Bytes in use by each; of the page the JavaScript heap after a collection, and its process. */
  async readMemory(): Promise<Record<string, number>> {
    return {
      mixer: residentBytes(requireMixerPid(this.#lecture.product)),
      "media node": residentBytes(requirePid(this.#lecture.product, "media node")),
      server: residentBytes(requirePid(this.#lecture.product, "server")),
      "hls.js page's process": Math.max(...this.#page.rendererPids.map(residentBytes)),
      "hls.js page's heap": await this.#page.heapBytes(),
    };
  }

  /** The viewer's video goes on; its position in seconds. */
  playedSeconds(): Promise<number> {
    return this.#page.evaluate(`document.querySelector(${JSON.stringify(PROGRAMME)})?.currentTime ?? 0`);
  }

  /** How much later than the flash the tone begins in the newest whole segments, ms. */
  async readSync(): Promise<number> {
    const files = async (name: string) => {
      const { segments } = await this.#playlist(name);
      const newest = segments.slice(-READ_SEGMENTS);
      return { msns: newest.map(({ msn }) => msn), map: newest[0]!.map!, uris: newest.map(({ uri }) => uri) };
    };
    const whole = async (name: string) => {
      const { map, uris } = await files(name);
      const pieces = await Promise.all([map, ...uris].map((file) => this.#fetch(file)));
      return Buffer.concat(pieces);
    };
    return soundBehindPictureMs(await whole("v360"), await whole("aud"));
  }

  /**
   * How long after its own last instant a part is listed: the least of some seconds' parts, ms. Programme time by the
   * playlist's dates, arrival by this machine's clock.
   */
  async readDelay(seconds = 8): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    let list = await this.#playlist("v360");
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until) {
      const { msn, part } = nextPart(list);
      list = await this.#playlist("v360", `?_HLS_msn=${msn}&_HLS_part=${part}`);
      least = Math.min(least, Date.now() - endMsOf(list));
    }
    return least;
  }

  async #playlist(name: string, query = ""): Promise<ReadPlaylist> {
    return readPlaylist((await this.#fetch(`${name}.m3u8${query}`)).toString());
  }

  async #fetch(file: string): Promise<Buffer> {
    const response = await fetch(`${this.#media}/${file}`, { signal: AbortSignal.timeout(15_000) });
    if (!response.ok) throw new Error(`${file}: ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  }

  async close(): Promise<void> {
    await this.#page.close();
    await this.#lecture.close();
  }
}

function nextPart(list: ReadPlaylist): { msn: number; part: number } {
  const last = list.segments.at(-1);
  const open = list.openParts.length;
  return { msn: last === undefined ? 0 : last.msn + 1, part: open };
}

/** Wall clock at which the newest listed part ends, as the playlist dates it. */
function endMsOf(list: ReadPlaylist): number {
  let atMs = Number.NaN;
  for (const { dateMs, duration } of list.segments) atMs = (dateMs ?? atMs) + duration * 1000;
  return list.openParts.reduce((sum, { duration }) => sum + duration * 1000, atMs);
}
