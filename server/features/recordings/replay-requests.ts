/*
 * `/media/replay/<recordingId>/<file>`: playlists, segments, poster and seek pictures of a published recording,
 * before Express. What the recording does not play is not there, also when its broadcast's folder holds it.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { Logger } from "pino";
import { REPLAY_PATH } from "../../contract/http.ts";
import { toAppError } from "../../platform/errors.ts";
import type { FileCache } from "../../platform/hls/file-cache.ts";
import { acceptsGzip, contentTypeOf, sendBytes, sendStatus } from "../../platform/hls/send-bytes.ts";
import { packReplayText, posterOf, type Replay, type Replays } from "./replays.ts";

export interface ReplayRequestsOptions {
  replays: Replays;
  files: FileCache;
  /** `<data>/segments` */
  segmentsFolder: string;
  log: Logger;
}

const address = /^\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/([a-z0-9_-]{1,64}\.[a-z0-9]{2,4})$/;
/** So short that a recording that is taken back is gone from browsers too. */
const CACHE = "private, max-age=10";

export class ReplayRequests {
  readonly #options: ReplayRequestsOptions;

  constructor(options: ReplayRequestsOptions) {
    this.#options = options;
  }

  /** `true`: the request was below REPLAY_PATH and is answered here. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = request.url ?? "";
    if (!url.startsWith(`${REPLAY_PATH}/`)) return false;
    const question = url.indexOf("?");
    const match = address.exec(url.slice(REPLAY_PATH.length, question === -1 ? undefined : question));
    if (request.method !== "GET" && request.method !== "HEAD") {
      sendStatus(request, response, 405, { Allow: "GET, HEAD" });
    } else if (match === null) sendStatus(request, response, 404);
    else void this.#answer(request, response, match[1]!, match[2]!);
    return true;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, id: string, file: string): Promise<void> {
    try {
      const replay = await this.#options.replays.find(id);
      const bytes = replay === null ? null : await this.#read(replay, id, file, acceptsGzip(request));
      if (bytes === null) sendStatus(request, response, 404);
      else sendBytes(request, response, { contentType: contentTypeOf(file), cacheControl: CACHE, ...bytes });
    } catch (thrown) {
      const error = toAppError(thrown);
      this.#options.log[error.status === 503 ? "warn" : "error"](
        { err: thrown },
        `[recording:${id}] ${file} failed`,
      );
      sendStatus(request, response, error.status, error.status === 503 ? { "Retry-After": "2" } : {});
    }
  }

  async #read(replay: Replay, id: string, file: string, canGzip: boolean) {
    const text = packReplayText(replay, file, canGzip);
    if (text !== null) {
      const etag = `"${id}-${replay.version}-${text.isGzip ? "gz" : "id"}"`;
      return { ...text, etag, isNegotiated: true };
    }
    const name = file === "poster.jpg" ? posterOf(replay) : file;
    const size = name === null ? undefined : replay.plan.files.get(name);
    if (name === null || size === undefined) return null;
    const path = join(this.#options.segmentsFolder, replay.broadcastId, name);
    const body = await this.#options.files.read(path, size);
    return body === null ? null : { body, etag: `"${name}"` };
  }
}
