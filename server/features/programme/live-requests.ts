/*
 * `/media/live/<broadcastId>/<file>`: the door of live HLS, before Express, out of memory (design rule 7). Whoever
 * knows the address may watch while the broadcast is on: attendees are anonymous.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Logger } from "pino";
import { LIVE_PATH } from "../../contract/http.ts";
import { type RenditionName, renditionNames } from "../../contract/segments.ts";
import type { FileCache } from "../../platform/hls/file-cache.ts";
import { playlistFile, type Reach } from "../../platform/hls/playlist.ts";
import {
  acceptsGzip,
  answerOf,
  type Bytes,
  contentTypeOf,
  sendBytes,
  sendStatus,
} from "../../platform/hls/send-bytes.ts";
import { closeEmptyBody } from "../../platform/hls/send-whole.ts";
import type { LiveEdge } from "./live-edge.ts";
import type { LiveWindow, WaitOutcome } from "./live-window.ts";

export interface LiveRequestsOptions {
  edge: LiveEdge;
  files: FileCache;
  log: Logger;
  /** Requests that wait at the same time, of all broadcasts. @default 20000 */
  maxWaiting?: number;
}

const LIVE_FOLDER = `${LIVE_PATH}/`;
/** Nothing is decoded: what is not spelt like this is not there (design rule 9). */
const address = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([a-z0-9_-]{1,64}\.[a-z0-9]{2,4})$/;
/** Where the slash behind the broadcast's id stands. */
const ID_END = 37;
const mediaFile = /^(r\d{1,5})-(v720|v360|aud)-(\d{1,9})(?:-(\d{1,2}))?\.m4s$/;
const playlists = new Map(
  (["main", ...renditionNames] as const).flatMap((name) =>
    (["whole", "near"] as const).map((reach) => [playlistFile(name, reach), { name, reach }] as const),
  ),
);
const PLAYLIST_CACHE = "no-cache";
/** Names are never used again; not longer than a day's event, so that what is taken back is not kept for ever. */
const SEGMENT_CACHE = "public, max-age=3600, immutable";

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  broadcastId: string;
  file: string;
  /** Without the question mark. */
  query: string;
}

export class LiveRequests {
  readonly #options: LiveRequestsOptions;
  #waiting = 0;

  constructor(options: LiveRequestsOptions) {
    this.#options = options;
  }

  /** Requests that wait for a part or a playlist now. */
  get waitingCount(): number {
    return this.#waiting;
  }

  /** `true`: the request was below LIVE_PATH and is answered here. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? "";
    if (!url.startsWith(LIVE_FOLDER)) return false;
    closeEmptyBody(request);
    const question = url.indexOf("?");
    const path = url.slice(LIVE_PATH.length, question === -1 ? undefined : question);
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendStatus(request, response, 405, { Allow: "GET, HEAD" });
      return true;
    }
    const query = question === -1 ? "" : url.slice(question + 1);
    // A key of the edge's is an id, and #answer() knows all names there are: most need no look at the spelling.
    const broadcastId = path.slice(1, ID_END);
    const known = path[ID_END] === "/" ? this.#options.edge.find(broadcastId) : null;
    if (known !== null) {
      this.#answer({ request, response, broadcastId, file: path.slice(ID_END + 1), query }, known.window);
      return true;
    }
    const match = address.exec(path);
    if (match === null) sendStatus(request, response, 404);
    else void this.#answerUnknown({ request, response, broadcastId: match[1]!, file: match[2]!, query });
    return true;
  }

  /** The whole answer to a GET of a part or segment that lies in memory; `null`: `handle` knows what to do. */
  findAnswer(url: string): Buffer | null {
    const fileAt = LIVE_PATH.length + ID_END + 1;
    if (url[fileAt - 1] !== "/" || !url.startsWith(LIVE_FOLDER)) return null;
    const window = this.#options.edge.find(url.slice(LIVE_FOLDER.length, fileAt - 1))?.window;
    const file = url.slice(fileAt);
    const match = window && mediaFile.exec(file);
    if (!match) return null;
    const rendition = window.rendition(match[2] as RenditionName);
    const [run, msn, part] = [match[1]!, Number(match[3]), match[4]];
    if (rendition === null) return null;
    if (part !== undefined) {
      const body = rendition.runOf(msn) === run ? rendition.findPart(msn, Number(part)) : null;
      return body === null ? null : answerOf(media(file, body));
    }
    const segment = rendition.findSegment(msn);
    if (segment === null || segment.file !== file || segment.isGap || segment.body === null) return null;
    return answerOf(media(file, segment.body));
  }

  async #answerUnknown(asked: Asked): Promise<void> {
    try {
      const window = await this.#options.edge.require(asked.broadcastId);
      if (window === null) sendStatus(asked.request, asked.response, 404);
      else this.#answer(asked, window);
    } catch (err) {
      this.#options.log.warn({ err }, `[broadcast:${asked.broadcastId}] cannot be looked up`);
      unavailable(asked);
    }
  }

  #answer(asked: Asked, window: LiveWindow): void {
    if (asked.file.endsWith(".m3u8")) {
      const playlist = playlists.get(asked.file);
      if (playlist === undefined) notFound(asked);
      else if (playlist.name === "main") this.#answerMultivariant(asked, window, playlist.reach);
      else this.#answerPlaylist(asked, window, { name: playlist.name, reach: playlist.reach });
      return;
    }
    const init = window.initSegment(asked.file);
    if (init !== null) {
      sendMedia(asked, init);
      return;
    }
    const match = mediaFile.exec(asked.file);
    if (match === null) {
      notFound(asked);
      return;
    }
    const name = match[2] as RenditionName;
    if (match[4] === undefined) {
      this.#answerSegment(asked, window, name, Number(match[3]));
      return;
    }
    this.#answerPart(asked, window, { name, run: match[1]!, msn: Number(match[3]), part: Number(match[4]) });
  }

  #answerMultivariant(asked: Asked, window: LiveWindow, reach: Reach): void {
    this.#wait(
      asked,
      (done) => window.whenStarted(done),
      () => {
        const text = window.multivariant(reach);
        if (text === null) return unavailable(asked);
        const body = Buffer.from(text);
        sendBytes(asked.request, asked.response, {
          body,
          contentType: contentTypeOf("x.m3u8"),
          cacheControl: PLAYLIST_CACHE,
          etag: null,
        });
      },
    );
  }

  #answerPlaylist(
    asked: Asked,
    window: LiveWindow,
    { name, reach }: { name: RenditionName; reach: Reach },
  ): void {
    const wish = readWish(asked.query);
    if (wish === null) {
      sendStatus(asked.request, asked.response, 400);
      return;
    }
    const { msn, part, isDelta } = wish;
    const until = (done: (outcome: WaitOutcome) => void) =>
      msn === null ? window.whenPlayable(name, done) : window.whenListed(name, msn, part, done);
    this.#wait(asked, until, () => {
      const forms = window.playlist(name, { reach, isDelta });
      if (forms === null) return notFound(asked);
      const isGzip = acceptsGzip(asked.request);
      sendBytes(asked.request, asked.response, {
        body: isGzip ? forms.gzip : forms.plain,
        contentType: contentTypeOf("x.m3u8"),
        cacheControl: PLAYLIST_CACHE,
        etag: null,
        isGzip,
        isNegotiated: true,
      });
    });
  }

  #answerPart(
    asked: Asked,
    window: LiveWindow,
    { name, run, msn, part }: { name: RenditionName; run: string; msn: number; part: number },
  ): void {
    const rendition = window.rendition(name);
    if (rendition === null) {
      notFound(asked);
      return;
    }
    const find = () => (rendition.runOf(msn) === run ? rendition.findPart(msn, part) : null);
    const known = find();
    if (known !== null) {
      sendMedia(asked, known);
      return;
    }
    if (!rendition.isNextPart(run, msn, part)) {
      notFound(asked);
      return;
    }
    this.#wait(
      asked,
      (done) => window.whenPart(name, msn, part, done),
      () => {
        const body = find();
        if (body === null) notFound(asked);
        else sendMedia(asked, body);
      },
    );
  }

  #answerSegment(asked: Asked, window: LiveWindow, name: RenditionName, msn: number): void {
    const segment = window.rendition(name)?.findSegment(msn) ?? null;
    if (segment === null || segment.file !== asked.file || segment.isGap) {
      notFound(asked);
      return;
    }
    if (segment.body !== null) {
      sendMedia(asked, segment.body);
      return;
    }
    void this.#answerFromDisk(asked, segment.bytes);
  }

  async #answerFromDisk(asked: Asked, bytes: number): Promise<void> {
    try {
      const folder = this.#options.edge.find(asked.broadcastId)?.folder;
      const body =
        folder === undefined ? null : await this.#options.files.read(join(folder, asked.file), bytes);
      if (body === null) notFound(asked);
      else sendMedia(asked, body);
    } catch (err) {
      this.#options.log.error({ err }, `[broadcast:${asked.broadcastId}] ${asked.file} cannot be read`);
      sendStatus(asked.request, asked.response, 500);
    }
  }

  #wait(
    asked: Asked,
    until: (done: (outcome: WaitOutcome) => void) => () => void,
    whenReady: () => void,
  ): void {
    if (this.#waiting >= (this.#options.maxWaiting ?? 20_000)) {
      unavailable(asked);
      return;
    }
    this.#waiting++;
    let isOver = false;
    let undo: (() => void) | null = null;
    const over = () => {
      if (isOver) return false;
      isOver = true;
      this.#waiting--;
      return true;
    };
    undo = until((outcome) => {
      if (!over()) return;
      if (outcome === "ready") whenReady();
      else if (outcome === "too_far") sendStatus(asked.request, asked.response, 400);
      else if (outcome === "closed") notFound(asked);
      else unavailable(asked);
    });
    if (!isOver) {
      asked.response.on("close", () => {
        if (over()) undo();
      });
    }
  }
}

interface Wish {
  msn: number | null;
  part: number | null;
  isDelta: boolean;
}

/** How players of low latency ask; whatever else is read the long way. */
const usualQuery = /^_HLS_msn=(\d{1,9})(?:&_HLS_part=(\d{1,9}))?(&_HLS_skip=YES)?$/;

/** `null`: the directives make no sense (RFC 8216bis 6.2.5.2). */
function readWish(text: string): Wish | null {
  if (text === "") return { msn: null, part: null, isDelta: false };
  const usual = usualQuery.exec(text);
  if (usual !== null) {
    const [, msn, part, skip] = usual;
    return { msn: Number(msn), part: part === undefined ? null : Number(part), isDelta: skip !== undefined };
  }
  const query = new URLSearchParams(text);
  const msn = readNumber(query.get("_HLS_msn"));
  const part = readNumber(query.get("_HLS_part"));
  if (Number.isNaN(msn) || Number.isNaN(part) || (part !== null && msn === null)) return null;
  const skip = query.get("_HLS_skip");
  return { msn, part, isDelta: skip === "YES" || skip === "v2" };
}

function readNumber(text: string | null): number | null {
  if (text === null) return null;
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function sendMedia(asked: Asked, body: Buffer): void {
  sendBytes(asked.request, asked.response, media(asked.file, body));
}

function media(file: string, body: Buffer): Bytes {
  return { body, contentType: contentTypeOf(file), cacheControl: SEGMENT_CACHE, etag: `"${file}"` };
}

function notFound(asked: Asked): void {
  sendStatus(asked.request, asked.response, 404);
}

function unavailable(asked: Asked): void {
  sendStatus(asked.request, asked.response, 503, { "Retry-After": "1" });
}
