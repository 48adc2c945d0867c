/*
 * The whole server out of its parts, for main.ts and for tests. It owns what it makes (sockets, HTTP, features); the
 * database and the media plane belong to the caller.
 */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { Router } from "express";
import type { Logger } from "pino";
import type { PrismaClient } from "../gen/prisma/client.ts";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import type { MediaPlane } from "./contract/media-plane.ts";
import type { RequestName } from "./contract/realtime.ts";
import { features } from "./features/mounted.ts";
import { createAnswerTable } from "./platform/answer.ts";
import { boundBodyTime } from "./platform/bound-body-time.ts";
import type { ServerContext } from "./platform/context.ts";
import { cookieNamesFor } from "./platform/cookies.ts";
import { createDirectory } from "./platform/directory.ts";
import { createDomainNotices } from "./platform/domain-notices.ts";
import { answerEarly } from "./platform/hls/answer-early.ts";
import { createIdentities } from "./platform/identities.ts";
import { createMetrics } from "./platform/metrics.ts";
import type { Mounted } from "./platform/mount.ts";
import { createNoticeRelay } from "./platform/notice-relay.ts";
import { createNotifier, type SendNotice } from "./platform/notifier.ts";
import { createRealtime } from "./realtime.ts";

export interface ServerParts {
  config: Config;
  secret: string;
  db: PrismaClient;
  media: MediaPlane;
  log: Logger;
  now?: () => Date;
  /** Results are held against the contract; on in tests and development. */
  isStrict?: boolean;
  /** The built client; default `client/dist`. */
  clientDir?: string;
}

export interface RunningServer {
  ctx: ServerContext;
  /** Requests of the contract without a handler; none in a whole server. */
  unanswered: RequestName[];
  /** Port 0: any. Resolves when connections are taken. */
  listen(address: { host: string; port: number }): Promise<{ port: number }>;
  /** Idempotent; sockets are closed, requests under way get 3 s. */
  close(): Promise<void>;
}

const DRAIN_MS = 3_000;
/** Without a byte for so long a connection is given up (an upload that stands still resumes later). */
const SILENCE_MS = 120_000;
const KEPT_ALONE_MS = 30_000;
/** With several servers (Redis is set) each hears of the others' changes by asking again. */
const KEPT_SHARED_MS = 2_000;

export async function createServer(parts: ServerParts): Promise<RunningServer> {
  let send: SendNotice = () => {};
  const ctx = createContext(parts, (...notice) => send(...notice));
  const table = createAnswerTable(ctx);
  const router = Router();
  const early: ((request: IncomingMessage, response: ServerResponse) => boolean)[] = [];
  const inMemory: ((url: string) => Buffer | null)[] = [];
  const doors = {
    router,
    realtime: table,
    beforeExpress: (handler: (typeof early)[number]) => void early.push(handler),
    fromMemory: (find: (typeof inMemory)[number]) => void inMemory.push(find),
  };

  const mounted = features.map((mount) => mount(ctx, doors)).filter((one) => one !== undefined);
  const app = createApp(ctx, router, parts.clientDir);
  const http = createHttpServer(
    { requestTimeout: 0, headersTimeout: 15_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      if (!early.some((handler) => handler(request, response))) app(request, response);
    },
  );
  http.setTimeout(SILENCE_MS);
  answerEarly(http, (url) => {
    for (const find of inMemory) {
      const answer = find(url);
      if (answer !== null) return answer;
    }
    return null;
  });
  const realtime = createRealtime(ctx, http, table);
  // After socket.io, which keeps what is its own from the listeners that were there before it.
  http.prependListener("request", boundBodyTime);
  const { redisUrl } = parts.config;
  const relay =
    redisUrl === null ? null : createNoticeRelay({ url: redisUrl, deliver: realtime.send, log: parts.log });
  send = relay?.send ?? realtime.send;

  let closing: Promise<void> | null = null;
  async function close(): Promise<void> {
    relay?.close();
    // socket.io closes the HTTP server too and would wait for every answer under way.
    await Promise.all([realtime.close(), stopHttp(http)]);
    for (const feature of [...mounted].reverse()) await feature.close?.();
  }

  return {
    ctx,
    unanswered: table.missing(),
    async listen(address) {
      for (const feature of mounted as Mounted[]) await feature.start?.();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      http.once("error", reject);
      http.listen(address.port, address.host, resolve);
      await promise;
      http.off("error", reject);
      return { port: (http.address() as AddressInfo).port };
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function createContext(parts: ServerParts, send: SendNotice): ServerContext {
  const now = parts.now ?? (() => new Date());
  const domain = createDomainNotices(parts.log);
  const cookies = cookieNamesFor(parts.config.publicUrl);
  const keptMs = parts.config.redisUrl === null ? KEPT_ALONE_MS : KEPT_SHARED_MS;
  return {
    config: parts.config,
    secret: parts.secret,
    db: parts.db,
    media: parts.media,
    log: parts.log,
    now,
    notify: createNotifier(send),
    domain,
    directory: createDirectory({ db: parts.db, domain, keptMs }),
    identities: createIdentities({ db: parts.db, domain, cookies, now, keptMs }),
    metrics: createMetrics({ isProcessMeasured: parts.isStrict !== true }),
    keptMs,
    isStrict: parts.isStrict ?? false,
  };
}

async function stopHttp(http: Server): Promise<void> {
  if (!http.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  http.close(() => resolve());
  http.closeIdleConnections();
  const timer = setTimeout(() => http.closeAllConnections(), DRAIN_MS);
  await promise;
  clearTimeout(timer);
}
