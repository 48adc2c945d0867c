/*
 * The product as HLS origin: its real server process with its PostgreSQL on one core, fed over the real media link by a
 * made-up media node that lives in the bench.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { FakeMediaPlane } from "../../../media/fake/fake-media-plane.ts";
import { LinkServer } from "../../../media/link/link-server.ts";
import type { RequestHandler } from "../../../media/link/request-handler.ts";
import { type ServerProcess, startServerProcess } from "../../support/load/server-process.ts";
import { waitFor } from "../../support/wait-for.ts";
import { SERVER_CORE } from "../harness/spawn-pinned.ts";
import { BROADCAST_ID, type TellPart } from "./made-up-broadcast.ts";

export class ProductOrigin {
  readonly server: ServerProcess;
  readonly #link: LinkServer;
  readonly #plane: FakeMediaPlane;
  readonly #folder: string;

  static async create(): Promise<ProductOrigin> {
    const folder = mkdtempSync(join(tmpdir(), "torilla-link-"));
    const socketPath = join(folder, "media.sock");
    const plane = new FakeMediaPlane();
    const link = await LinkServer.create({
      address: { socketPath },
      secret: null,
      handle: plane.request as RequestHandler,
      log: pino({ level: "silent" }),
    });
    const server = await startServerProcess({
      core: SERVER_CORE,
      env: { TORILLA_MEDIA_SOCKET: socketPath },
    });
    await waitFor(() => link.isConnected, { timeoutMs: 10_000, what: "the media link" });
    return new ProductOrigin({ server, link, plane, folder });
  }

  private constructor(parts: {
    server: ServerProcess;
    link: LinkServer;
    plane: FakeMediaPlane;
    folder: string;
  }) {
    this.server = parts.server;
    this.#link = parts.link;
    this.#plane = parts.plane;
    this.#folder = parts.folder;
  }

  /** The broadcast's folder. */
  get url(): string {
    return `${this.server.url}/media/live/${BROADCAST_ID}`;
  }

  get pid(): number {
    return this.server.pid;
  }

  readonly tell: TellPart = (notice, bytes) =>
    this.#link.notify(
      "store:written",
      { stageId: BROADCAST_ID as never, broadcastId: BROADCAST_ID as never, notice },
      bytes ?? undefined,
    );

  async close(): Promise<void> {
    await this.server.close();
    await this.#link.close();
    await this.#plane.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
