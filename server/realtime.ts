/*
 * The sockets: handshake (origin, bound per address, contract version, actor), each one's frames counted before they
 * are parsed and its requests by a token bucket, every request through the answer table. Owns the socket.io server;
 * closed by create-server before the HTTP server.
 */
import type { Server as HttpServer, IncomingMessage } from "node:http";
import { type DefaultEventsMap, Server } from "socket.io";
import { CONTRACT_MISMATCH, CONTRACT_VERSION, MAX_SOCKET_FRAME_BYTES } from "./contract/realtime.ts";
import type { AnswerTable } from "./platform/answer.ts";
import { ChannelTable } from "./platform/channel-table.ts";
import type { ServerContext } from "./platform/context.ts";
import { AppError, toAppError, toErrorBody } from "./platform/errors.ts";
import { FrameGuard } from "./platform/frame-guard.ts";
import { LiveConnection, type TorillaSocket } from "./platform/live-connection.ts";
import { frameNotice } from "./platform/notice-frame.ts";
import type { SendNotice } from "./platform/notifier.ts";
import { isUnread, type RawConnection } from "./platform/raw-connection.ts";
import { addressOf, isForeignOrigin } from "./platform/request-origin.ts";
import type { Actor } from "./platform/rights.ts";
import { TokenBucket } from "./platform/token-bucket.ts";

/** A hospital's whole staff may come from one address. */
const MAX_SOCKETS_PER_ADDRESS = 5_000;
/** Entering a booth with camera and microphone is about 15 requests at once. */
const REQUESTS = { burst: 60, perSecond: 20 };
/**
 * Rights of open sockets are looked at this often: a link runs out, or another server revoked it. With `keptMs` of
 * the identities (2 s where there are several servers) whoever lost a right is out within 10 s.
 */
const RIGHTS_INTERVAL_MS = 3_000;

export interface RealtimeServer {
  send: SendNotice;
  close(): Promise<void>;
}

/** engine.io's end of a socket. */
interface EngineSocket extends RawConnection {
  request: IncomingMessage;
  once(name: "close", listener: () => void): unknown;
  /** Before the packet is parsed; no more of them once it closes. */
  on(name: "packet", listener: (packet: { data?: { length?: number } }) => void): unknown;
  on(name: "upgrade", listener: (transport: Transport) => void): unknown;
  transport: Transport;
}
/** With `socket` a websocket, whose own pings engine.io does not see; ws answers each with as many bytes. */
type Transport = RawConnection["transport"] & {
  socket?: { on(name: "ping", listener: (data: Buffer) => void): unknown };
};

export function createRealtime(ctx: ServerContext, server: HttpServer, table: AnswerTable): RealtimeServer {
  const perAddress = new Map<string, number>();
  const connections = new Set<LiveConnection>();
  const channels = new ChannelTable<LiveConnection>();
  const io = new Server<DefaultEventsMap, DefaultEventsMap, DefaultEventsMap, { actor: Actor }>(server, {
    serveClient: false,
    transports: ["websocket", "polling"],
    maxHttpBufferSize: MAX_SOCKET_FRAME_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    connectTimeout: 10_000,
    pingInterval: 10_000,
    pingTimeout: 10_000,
    allowRequest: (request, decide) => decide(null, isWelcome(request)),
  });

  function isWelcome(request: IncomingMessage): boolean {
    if (isForeignOrigin(request, ctx.config.publicUrl)) return false;
    const count = perAddress.get(addressOf(request, ctx.config.trustProxyHops)) ?? 0;
    return count < MAX_SOCKETS_PER_ADDRESS;
  }

  io.engine.on("connection", (raw: EngineSocket) => {
    const address = addressOf(raw.request, ctx.config.trustProxyHops);
    perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
    raw.once("close", () => {
      const left = (perAddress.get(address) ?? 1) - 1;
      if (left === 0) perAddress.delete(address);
      else perAddress.set(address, left);
    });
    const guard = new FrameGuard();
    const look = (bytes: number) => {
      const isFlood = !guard.admits(bytes);
      if (!isFlood && !isUnread(raw)) return;
      ctx.metrics.socketsDropped.inc();
      ctx.log.info(`[socket] dropped: ${isFlood ? "a flood of frames" : "it does not read"}`);
      const { packet, frame } = frameNotice("socket:dropped", { code: "too_many_requests" });
      if (isFlood) raw.write(packet, { compress: false, wsPreEncodedFrame: [frame] });
      raw.close(isUnread(raw));
    };
    const countPings = ({ socket }: Transport) =>
      socket?.on("ping", ({ length }) => raw.readyState === "open" && look(length));
    raw.on("packet", ({ data }) => look(data?.length ?? 0));
    raw.on("upgrade", countPings);
    countPings(raw.transport);
  });

  io.engine.on("headers", (headers: Record<string, string>) => {
    headers["X-Content-Type-Options"] = "nosniff";
    headers["Cross-Origin-Resource-Policy"] = "same-origin";
    headers["Cache-Control"] = "no-store";
  });

  io.use((socket, next) => {
    if (socket.handshake.auth.contractVersion !== CONTRACT_VERSION)
      return next(refusal(new AppError(CONTRACT_MISMATCH, "Please reload the page.")));
    ctx.identities
      .readActor(socket.handshake.headers.cookie)
      .then((actor) => {
        socket.data.actor = actor;
        next();
      })
      .catch((thrown: unknown) => {
        const error = toAppError(thrown);
        if (error.code === "internal") ctx.log.error({ err: thrown }, "[socket] handshake failed");
        next(refusal(error));
      });
  });

  io.on("connection", (socket) => {
    const connection = new LiveConnection(socket, channels);
    connections.add(connection);
    ctx.metrics.sockets.set(connections.size);
    connection.onGone(() => {
      connections.delete(connection);
      ctx.metrics.sockets.set(connections.size);
    });
    serve(socket, connection, table);
  });

  const unsubscribes = [
    ctx.domain.on("sessionChanged", ({ sessionId }) => renew((actor) => actor.sessionId === sessionId)),
    ctx.domain.on("linkRevoked", () => renew((actor) => actor.sessionId !== null)),
  ];

  /** While the database is away everybody keeps what they had: media never waits for it. */
  async function renew(isConcerned: (actor: Actor) => boolean): Promise<void> {
    for (const connection of [...connections]) {
      if (!isConcerned(connection.actor)) continue;
      const actor = await ctx.identities.refresh(connection.actor).catch((thrown: unknown) => {
        ctx.log.debug(
          { err: thrown },
          `[socket:${connection.id}] its rights cannot be read, looked at again`,
        );
        return null;
      });
      if (actor !== null) connection.renew(actor);
    }
  }

  let isLooking = false;
  const rightsTimer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void renew((actor) => actor.sessionId !== null).finally(() => {
      isLooking = false;
    });
  }, RIGHTS_INTERVAL_MS);
  rightsTimer.unref();

  return {
    send: (channel, name, data, except) => channels.tell(channel, { name, data, except }),
    async close() {
      clearInterval(rightsTimer);
      for (const unsubscribe of unsubscribes) unsubscribe();
      await io.close();
    },
  };
}

function serve(socket: TorillaSocket, connection: LiveConnection, table: AnswerTable): void {
  const bucket = new TokenBucket(REQUESTS);
  socket.onAny((name: unknown, ...values: unknown[]) => {
    const waitMs = bucket.take();
    const acknowledge = values.pop();
    if (typeof acknowledge !== "function") return;
    const data = values.length === 1 ? values[0] : undefined;
    table
      .take({ connection, name, data, waitMs })
      .then((answer) => void acknowledge(answer))
      .catch(() => connection.drop());
  });
}

/** What socket.io hands to the client's `connect_error` as `error.data`. */
function refusal(error: AppError): Error {
  return Object.assign(new Error(error.code), { data: toErrorBody(error) });
}
