/*
 * The peer of the HLS origin's bench: one bare handler of Node's http server that hands out the same playlists and parts
 * from memory and keeps blocking requests until the next part. Told of parts over IPC; nothing else is in the process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { StoreNotice } from "../../../server/contract/segments.ts";
import { LiveRendition } from "../../../server/features/programme/live-rendition.ts";
import { pin, SERVER_CORE } from "../harness/spawn-pinned.ts";
import type { TellPart } from "../hls/made-up-broadcast.ts";

interface Told {
  notice: StoreNotice;
  bytes: Uint8Array | null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) serve();

function serve(): void {
  /** Writes the playlists' texts, as the product does. */
  const rendition = new LiveRendition("v720", new Map([["r1", "r1-v720-init.mp4"]]));
  const files = new Map<string, Buffer>();
  let waiting: ServerResponse[] = [];
  const safety = ["X-Content-Type-Options", "nosniff", "Cross-Origin-Resource-Policy", "same-origin"];
  const send = (response: ServerResponse, body: Buffer, headers: string[]) => {
    response.writeHead(200, [...headers, ...safety, "Content-Length", String(body.length)]).end(body);
  };
  const sendPlaylist = (response: ServerResponse) =>
    send(response, rendition.playlist({ reach: "whole", isDelta: true }, []).plain, [
      "Content-Type",
      "application/vnd.apple.mpegurl",
      "Cache-Control",
      "no-cache",
      "Vary",
      "Accept-Encoding",
    ]);
  const server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (request, response) => {
    const url = request.url!;
    const end = url.indexOf("?");
    const file = url.slice(
      url.lastIndexOf("/", end === -1 ? undefined : end) + 1,
      end === -1 ? undefined : end,
    );
    if (file.endsWith(".m3u8")) {
      const wish = end === -1 ? null : /_HLS_msn=(\d+)&_HLS_part=(\d+)/.exec(url);
      if (wish === null || rendition.has(Number(wish[1]), Number(wish[2]))) sendPlaylist(response);
      else waiting.push(response);
      return;
    }
    const body = files.get(file);
    if (body === undefined) response.writeHead(404).end();
    else {
      const headers = ["Content-Type", "video/mp4", "Cache-Control", "public, max-age=3600, immutable"];
      send(response, body, [...headers, "ETag", `"${file}"`, "Accept-Ranges", "bytes"]);
    }
  });
  process.on("message", ({ notice, bytes }: Told) => {
    if (notice.type === "run") rendition.runStarted(notice.run);
    if (notice.type !== "part" || notice.rendition !== "v720" || bytes === null) return;
    const body = Buffer.from(bytes);
    rendition.addPart(notice, body);
    files.set(notice.file, body);
    if (files.size > 60) files.delete(files.keys().next().value!);
    const ready = waiting;
    waiting = [];
    for (const response of ready) sendPlaylist(response);
  });
  process.on("disconnect", () => process.exit());
  server.listen(0, "127.0.0.1", () => process.send!((server.address() as AddressInfo).port));
}

/** The peer as a process of its own on the server's core. */
export class BareHlsOrigin {
  readonly url: string;
  readonly pid: number;
  readonly #child: ChildProcess;

  static async create(): Promise<BareHlsOrigin> {
    const child = fork(fileURLToPath(import.meta.url), { serialization: "advanced", execArgv: [] });
    const [port] = (await once(child, "message")) as [number];
    pin(child.pid!, SERVER_CORE);
    return new BareHlsOrigin(child, port);
  }

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.pid = child.pid!;
    this.url = `http://127.0.0.1:${port}/media/live/bare`;
  }

  readonly tell: TellPart = (notice, bytes) => void this.#child.send({ notice, bytes } satisfies Told);

  async close(): Promise<void> {
    const gone = once(this.#child, "exit");
    this.#child.disconnect();
    await gone;
  }
}
