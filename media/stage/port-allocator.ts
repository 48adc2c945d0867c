import { createSocket } from "node:dgram";
import { MediaError } from "../media-error.ts";

/** Below Linux's ephemeral range (32768 on), above the workers' PlainTransports (20000 to 25999). */
const FIRST_PORT = 26_000;
const LAST_PORT = 31_998;
const ATTEMPTS = 50;

export interface PortPair {
  /** Even. RTCP is on `port + 1`. */
  port: number;
  rtcpPort: number;
}

/** Pairs of free UDP ports on loopback on which a mixer will listen. Bound-tested; a pair is held until released. */
export class PortAllocator {
  readonly #held = new Set<number>();

  /** @throws room_full when none is free */
  async take(): Promise<PortPair> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const port = FIRST_PORT + 2 * Math.floor((Math.random() * (LAST_PORT - FIRST_PORT + 2)) / 2);
      if (this.#held.has(port)) continue;
      this.#held.add(port);
      if ((await isFree(port)) && (await isFree(port + 1))) return { port, rtcpPort: port + 1 };
      this.#held.delete(port);
    }
    throw new MediaError("room_full", "no free ports towards the mixer");
  }

  release(pair: PortPair): void {
    this.#held.delete(pair.port);
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
