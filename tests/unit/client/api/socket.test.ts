import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RealtimeSocket } from "../../../../client/src/api/socket.ts";

/** A line: what is sent into it while it is cut is repeated after 1, 3 and 7 s, as TCP does with its first packet. */
let isCut = false;
/** Three are a connection's beginning, with the server's first word; a request over one that is open is one. */
let roundTripMs = 0;
let hasOpenConnection = false;
let isWebSocketSwallowed = false;
let openedAt: number[] = [];
let askedAt: number[] = [];
let opening = 0;
let mostOpening = 0;

function reach(trips: number, onReached: () => void): () => void {
  const timers = [0, 1_000, 3_000, 7_000].map((afterMs) =>
    setTimeout(() => {
      if (isCut) return;
      stop();
      timers.push(setTimeout(onReached, trips * roundTripMs));
    }, afterMs),
  );
  const stop = () => timers.forEach(clearTimeout);
  return stop;
}

class LineWebSocket {
  static readonly OPEN = 1;
  readonly readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  #isOpening = true;
  readonly #stop: () => void;
  constructor() {
    openedAt.push(performance.now());
    mostOpening = Math.max(mostOpening, ++opening);
    this.#stop = reach(3, () => {
      if (isWebSocketSwallowed) return;
      this.#opened();
      this.onmessage?.({ data: '0{"pingInterval":15000,"pingTimeout":5000}' });
    });
  }
  send(frame: string): void {
    if (frame.startsWith("40")) this.onmessage?.({ data: "40{}" });
  }
  close(): void {
    this.#opened();
    this.#stop();
  }
  #opened(): void {
    if (this.#isOpening) opening--;
    this.#isOpening = false;
  }
}

function askOverLine(_address: string, { signal }: { signal: AbortSignal }): Promise<{ ok: boolean }> {
  askedAt.push(performance.now());
  return new Promise((resolve, reject) => {
    const stop = reach(hasOpenConnection ? 1 : 3, () => {
      hasOpenConnection = true;
      resolve({ ok: true });
    });
    signal.addEventListener("abort", () => {
      stop();
      reject(new Error("aborted"));
    });
  });
}

const openedPolling = vi.hoisted(() => vi.fn());
vi.mock("../../../../client/src/api/polling-link.ts", () => ({
  openPollingLink: (_origin: string, _auth: unknown, events: { onOpen: () => void }) => {
    openedPolling();
    queueMicrotask(events.onOpen);
    return { heardAtMs: 0, ask: () => Promise.resolve(null), close: () => {} };
  },
}));

beforeEach(() => {
  isCut = false;
  roundTripMs = 30;
  hasOpenConnection = false;
  isWebSocketSwallowed = false;
  openedAt = [];
  askedAt = [];
  opening = 0;
  mostOpening = 0;
  openedPolling.mockClear();
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", LineWebSocket);
  vi.stubGlobal("fetch", askOverLine);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function connected(): Promise<RealtimeSocket> {
  const socket = new RealtimeSocket(() => "https://torilla.example");
  socket.connect();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(socket.getSnapshot()).toEqual({ phase: "connected", connections: 1 });
  return socket;
}

/** Cuts the line for so long. @returns how long after its end the socket was back, ms */
async function returnAfter(socket: RealtimeSocket, cutMs: number): Promise<number> {
  isCut = true;
  hasOpenConnection = false;
  socket.reconnect();
  await vi.advanceTimersByTimeAsync(cutMs);
  isCut = false;
  const mendedAt = performance.now();
  while (socket.getSnapshot().phase !== "connected") {
    await vi.advanceTimersByTimeAsync(50);
    if (performance.now() - mendedAt > 60_000) return Number.POSITIVE_INFINITY;
  }
  return performance.now() - mendedAt;
}

test.each(Array.from({ length: 24 }, (_, step) => 5_000 + step * 1_130))(
  "is back within 2.3 s of the end of a cut of %i ms, by one WebSocket at a time",
  async (cutMs) => {
    const socket = await connected();
    mostOpening = 0;
    expect(await returnAfter(socket, cutMs)).toBeLessThanOrEqual(2_300);
    expect(mostOpening).toBe(1);
    socket.close();
  },
);

test("comes back over a line whose three round trips take longer than a try's four seconds", async () => {
  const socket = await connected();
  roundTripMs = 2_000;
  expect(await returnAfter(socket, 9_000)).toBeLessThan(20_000);
  socket.close();
});

test("gets in over such a line by WebSocket from the beginning", async () => {
  roundTripMs = 2_000;
  const socket = new RealtimeSocket(() => "https://torilla.example");
  socket.connect();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(socket.getSnapshot()).toEqual({ phase: "connected", connections: 1 });
  expect(openedPolling).not.toHaveBeenCalled();
  socket.close();
});

test("goes over to polling where WebSockets are swallowed and requests answered", async () => {
  isWebSocketSwallowed = true;
  const socket = await connected();
  expect(openedPolling).toHaveBeenCalledOnce();
  expect(openedAt.length).toBeLessThanOrEqual(3);
  socket.close();
});

test("takes one polling link after a long cut, when browsers hold WebSockets back, and goes on by WebSocket", async () => {
  const socket = await connected();
  isWebSocketSwallowed = true;
  expect(await returnAfter(socket, 90_000)).toBeLessThanOrEqual(2_300);
  expect(openedPolling).toHaveBeenCalledOnce();
  isWebSocketSwallowed = false;
  socket.reconnect();
  await vi.advanceTimersByTimeAsync(3_000);
  expect(socket.getSnapshot().phase).toBe("connected");
  expect(openedPolling).toHaveBeenCalledOnce();
  socket.close();
});

test("asks nothing more once it is connected or closed, and asks a dead line at most once a second", async () => {
  const socket = await connected();
  expect(askedAt).toEqual([]);
  isCut = true;
  socket.reconnect();
  await vi.advanceTimersByTimeAsync(60_000);
  const pauses = askedAt.slice(1).map((at, index) => at - askedAt[index]!);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(1_000);
  expect(openedAt.length).toBeLessThanOrEqual(20);
  socket.close();
  const [tries, asks] = [openedAt.length, askedAt.length];
  await vi.advanceTimersByTimeAsync(60_000);
  expect([openedAt.length, askedAt.length]).toEqual([tries, asks]);
  expect(vi.getTimerCount()).toBe(0);
});
