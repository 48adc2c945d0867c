/*
 * A way to the product that can be cut as a network is: bytes just stop, nobody is told; or that delays each packet by
 * another time. TCP for the pages, UDP and TCP for media. Needs no rights; the browser must be told by `init`.
 */
import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { createServer, type Server, type Socket, connect as tcpConnect } from "node:net";
import type { BrowserContext } from "playwright-core";

export class CutRelay {
  readonly webPort: number;
  readonly #mediaPort: number;
  readonly #targetMediaPort: number;
  readonly #state: RelayState;

  /** `host`: where it listens. */
  static async create(
    target: { webPort: number; mediaPort: number },
    { host = "127.0.0.1" }: { host?: string } = {},
  ): Promise<CutRelay> {
    const state: RelayState = {
      host,
      isCut: false,
      jitterMs: 0,
      sockets: new Set(),
      servers: [],
      udp: null,
      upstreams: new Map(),
    };
    const webPort = await relayTcp(state, target.webPort, 0);
    const mediaPort = await relayUdp(state, target.mediaPort);
    await relayTcp(state, target.mediaPort, mediaPort);
    return new CutRelay({ webPort, mediaPort, targetMediaPort: target.mediaPort, state });
  }

  private constructor(parts: {
    webPort: number;
    mediaPort: number;
    targetMediaPort: number;
    state: RelayState;
  }) {
    this.webPort = parts.webPort;
    this.#mediaPort = parts.mediaPort;
    this.#targetMediaPort = parts.targetMediaPort;
    this.#state = parts.state;
  }

  get url(): string {
    return `http://localhost:${this.webPort}`;
  }

  /** Candidates of the product's media port lead to the relay's. */
  init(context: BrowserContext): Promise<unknown> {
    return context.addInitScript(
      ([from, to]) => {
        const original = RTCPeerConnection.prototype.setRemoteDescription;
        RTCPeerConnection.prototype.setRemoteDescription = function (description) {
          const sdp = description?.sdp?.replaceAll(` ${from} typ `, ` ${to} typ `);
          return Reflect.apply(original, this, [{ ...description, sdp }]);
        };
      },
      [this.#targetMediaPort, this.#mediaPort] as const,
    );
  }

  cut(): void {
    this.#state.isCut = true;
    for (const socket of this.#state.sockets) socket.pause();
  }

  restore(): void {
    this.#state.isCut = false;
    for (const socket of this.#state.sockets) socket.resume();
  }

  /** From now on each packet takes between nothing and so long, in each direction, and none overtakes another. */
  jitter(maxMs: number): void {
    this.#state.jitterMs = maxMs;
  }

  close(): void {
    for (const socket of this.#state.sockets) socket.destroy();
    for (const server of this.#state.servers) server.close();
    this.#state.udp?.close();
    for (const { socket } of this.#state.upstreams.values()) socket.close();
  }
}

interface RelayState {
  host: string;
  isCut: boolean;
  jitterMs: number;
  sockets: Set<Socket>;
  servers: Server[];
  udp: UdpSocket | null;
  upstreams: Map<string, { socket: UdpSocket; send(packet: Buffer): void }>;
}

/** One direction of one flow: what is passed on waits for its own time and for all before it. */
function delayed(state: RelayState): (deliver: () => void) => void {
  let lastDueMs = 0;
  const waiting: (() => void)[] = [];
  return (deliver) => {
    if (state.jitterMs === 0 && waiting.length === 0) return deliver();
    const nowMs = performance.now();
    lastDueMs = Math.max(lastDueMs, nowMs + Math.random() * state.jitterMs);
    waiting.push(deliver);
    // Whichever timer is first passes on what came first.
    setTimeout(() => waiting.shift()?.(), lastDueMs - nowMs);
  };
}

async function relayTcp(state: RelayState, targetPort: number, port: number): Promise<number> {
  const server = createServer((near) => {
    const far = tcpConnect(targetPort, "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      state.sockets.add(socket);
      const pass = delayed(state);
      socket.on("data", (bytes) => pass(() => !other.destroyed && void other.write(bytes)));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        state.sockets.delete(socket);
        other.destroy();
      });
      if (state.isCut) socket.pause();
    }
  });
  state.servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, state.host, resolve));
  return (server.address() as { port: number }).port;
}

async function relayUdp(state: RelayState, targetPort: number): Promise<number> {
  const udp = createSocket("udp4");
  state.udp = udp;
  udp.on("message", (bytes, from) => {
    if (state.isCut) return;
    const key = `${from.address}:${from.port}`;
    let upstream = state.upstreams.get(key);
    if (!upstream) {
      const socket = createSocket("udp4");
      const [up, down] = [delayed(state), delayed(state)];
      socket.on("message", (back) => {
        if (!state.isCut) down(() => udp.send(back, from.port, from.address));
      });
      socket.on("error", () => undefined);
      upstream = { socket, send: (packet) => up(() => socket.send(packet, targetPort, "127.0.0.1")) };
      state.upstreams.set(key, upstream);
    }
    upstream.send(bytes);
  });
  await new Promise<void>((resolve) => udp.bind(0, state.host, resolve));
  return udp.address().port;
}
