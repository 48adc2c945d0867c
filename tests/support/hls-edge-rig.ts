import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import pino, { type Logger } from "pino";
import type { MediaPlane } from "../../server/contract/media-plane.ts";
import type { StoreNotice } from "../../server/contract/segments.ts";
import { LiveEdge } from "../../server/features/programme/live-edge.ts";
import { LiveRequests } from "../../server/features/programme/live-requests.ts";
import { ReplayRequests } from "../../server/features/recordings/replay-requests.ts";
import { type RecordingRow, Replays } from "../../server/features/recordings/replays.ts";
import { answerEarly } from "../../server/platform/hls/answer-early.ts";
import { BroadcastIndexes } from "../../server/platform/hls/broadcast-index.ts";
import { FileCache } from "../../server/platform/hls/file-cache.ts";

/** A media plane that only tells; `tell` is the media node's side. */
export class TellingMedia implements MediaPlane {
  isConnected = true;
  readonly #listeners = new Set<(data: never, bytes: Buffer | null) => void>();
  readonly #connection = new Set<(isConnected: boolean) => void>();

  request(): Promise<never> {
    return Promise.reject(new Error("nothing is asked of it"));
  }
  onNotice(name: string, listener: (data: never, bytes: Buffer | null) => void): () => void {
    if (name === "store:written") this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  onConnection(listener: (isConnected: boolean) => void): () => void {
    this.#connection.add(listener);
    listener(this.isConnected);
    return () => this.#connection.delete(listener);
  }
  async close(): Promise<void> {}

  tell(broadcastId: string, notice: StoreNotice, bytes: Buffer | null): void {
    if (!this.isConnected) return;
    for (const listener of this.#listeners) listener({ stageId: "", broadcastId, notice } as never, bytes);
  }
  setConnected(isConnected: boolean): void {
    this.isConnected = isConnected;
    for (const listener of this.#connection) listener(isConnected);
  }
}

/** The HLS edge, live and replay, on a port of its own, without database, Express or media node. */
export class HlsEdgeRig {
  readonly url: string;
  readonly media = new TellingMedia();
  readonly broadcasts = new Map<string, { endedAt: Date | null }>();
  /** Other things to answer, such as a player's page. */
  readonly pages = new Map<string, { contentType: string; body: string | Buffer }>();
  readonly recordings = new Map<string, RecordingRow>();
  readonly edge: LiveEdge;
  readonly replays: Replays;
  readonly #http: Server;
  readonly #segmentsFolder: string;

  private constructor(http: Server, segmentsFolder: string, log: Logger, maxWaiting?: number) {
    this.#http = http;
    this.#segmentsFolder = segmentsFolder;
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    this.edge = LiveEdge.create({
      segmentsFolder,
      media: this.media,
      log,
      readBroadcast: async (id) => this.broadcasts.get(id) ?? null,
      now: () => new Date(),
    });
    this.replays = new Replays({
      indexes: new BroadcastIndexes(segmentsFolder),
      readRow: async (id) => this.recordings.get(id) ?? null,
      onFailure: (error) => log.error(error),
    });
    const files = new FileCache(64 * 1024 * 1024);
    const live = new LiveRequests({ edge: this.edge, files, log, maxWaiting });
    const replay = new ReplayRequests({ replays: this.replays, files, segmentsFolder, log });
    answerEarly(http, (url) => live.findAnswer(url));
    http.on("request", (request, response) => {
      if (live.handle(request, response) || replay.handle(request, response)) return;
      const page = this.pages.get(request.url ?? "");
      if (page === undefined) response.writeHead(404).end();
      else response.writeHead(200, { "Content-Type": page.contentType }).end(page.body);
    });
  }

  static async create(options: { segmentsFolder: string; maxWaiting?: number }): Promise<HlsEdgeRig> {
    const http = createServer();
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    return new HlsEdgeRig(http, options.segmentsFolder, pino({ level: "error" }), options.maxWaiting);
  }

  folderOf(broadcastId: string): string {
    return join(this.#segmentsFolder, broadcastId);
  }

  async close(): Promise<void> {
    this.edge.close();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }
}
