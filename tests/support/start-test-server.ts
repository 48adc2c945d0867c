import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino, { type DestinationStream, type Logger } from "pino";
import type { PrismaClient } from "../../gen/prisma/client.ts";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { type Config, readConfig } from "../../server/config.ts";
import type { MediaPlane } from "../../server/contract/media-plane.ts";
import type { RequestName } from "../../server/contract/realtime.ts";
import { createServer } from "../../server/create-server.ts";
import type { ServerContext } from "../../server/platform/context.ts";
import { createDatabase } from "../../server/platform/db.ts";
import { Browser } from "./browser.ts";
import { createTestDatabase } from "./database.ts";

export interface TestServerOptions {
  /** Default: a new FakeMediaPlane. Closed with the server. */
  media?: MediaPlane;
  /** Default: a new database of its own, dropped at close. */
  databaseUrl?: string;
  environment?: Record<string, string>;
  now?: () => Date;
  /** Default: errors and worse go to the console. */
  log?: Logger | DestinationStream;
  /** Default: the built client in `client/dist`. */
  clientDir?: string;
}

export interface TestServer {
  url: string;
  ctx: ServerContext;
  unanswered: RequestName[];
  db: PrismaClient;
  media: MediaPlane;
  config: Config;
  /** A new visitor with a cookie jar of its own. */
  browser(): Browser;
  close(): Promise<void>;
}

/** The whole server on a port of its own over a database of its own. Call `close()` in `afterAll`. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "torilla-server-"));
  const database = options.databaseUrl === undefined ? await createTestDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database?.url ?? "";
  const config = readConfig({
    TORILLA_DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    TORILLA_METRICS_PORT: "0",
    TORILLA_ANNOUNCED_ADDRESS: "127.0.0.1",
    ...options.environment,
  });
  const db = createDatabase(databaseUrl);
  const media = options.media ?? new FakeMediaPlane();
  const server = await createServer({
    config,
    secret: "secret of the tests, thirty-two characters",
    db,
    media,
    log: toLogger(options.log),
    now: options.now,
    isStrict: true,
    ...(options.clientDir === undefined ? {} : { clientDir: options.clientDir }),
  });
  const { port } = await server.listen({ host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${port}`;
  const browsers: Browser[] = [];
  return {
    url,
    ctx: server.ctx,
    unanswered: server.unanswered,
    db,
    media,
    config,
    browser() {
      const browser = new Browser(url);
      browsers.push(browser);
      return browser;
    },
    async close() {
      for (const browser of browsers) browser.close();
      await server.close();
      await media.close();
      await db.$disconnect();
      await database?.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function toLogger(log: TestServerOptions["log"]): Logger {
  if (log === undefined) return pino({ level: "error" });
  return "child" in log ? log : pino({ level: "debug" }, log);
}
