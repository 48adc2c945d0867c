import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RealtimeSocket } from "../../../../client/src/api/socket.ts";

/** Over a line so slow that the server's first word comes late. */
let firstWordMs = 0;
let openedAt: number[] = [];
class SlowWebSocket {
  static readonly OPEN = 1;
  readonly readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly #first: ReturnType<typeof setTimeout>;
  constructor() {
    openedAt.push(performance.now());
    const hello = '0{"pingInterval":15000,"pingTimeout":5000}';
    this.#first = setTimeout(() => this.onmessage?.({ data: hello }), firstWordMs);
  }
  send(frame: string): void {
    if (frame.startsWith("40")) this.onmessage?.({ data: "40{}" });
  }
  close(): void {
    clearTimeout(this.#first);
  }
}

beforeEach(() => {
  openedAt = [];
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", SlowWebSocket);
  vi.stubGlobal("fetch", () => Promise.reject(new Error("no network")));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("comes back over a line whose three round trips take more than a try's four seconds", async () => {
  const socket = new RealtimeSocket(() => "https://torilla.example");
  firstWordMs = 100;
  socket.connect();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(socket.getSnapshot()).toEqual({ phase: "connected", connections: 1 });
  firstWordMs = 6_000;
  socket.reconnect();
  await vi.advanceTimersByTimeAsync(20_000);
  expect(socket.getSnapshot()).toEqual({ phase: "connected", connections: 2 });
  socket.close();
});

test("asks a network that swallows everything anew every few seconds", async () => {
  const socket = new RealtimeSocket(() => "https://torilla.example");
  firstWordMs = 1e9;
  socket.connect();
  await vi.advanceTimersByTimeAsync(60_000);
  const pauses = openedAt.slice(1).map((at, index) => at - (openedAt[index] as number));
  expect(Math.max(...pauses)).toBeLessThan(8_500);
  expect(pauses.filter((pause) => pause < 4_500).length).toBeGreaterThanOrEqual(6);
  socket.close();
});
