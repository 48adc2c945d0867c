import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below those that Linux gives to sockets that ask for any (from 32768): nobody takes one before it is used. */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 100;

/**
 * The first of `count` ports in a row that are free for TCP and UDP at this moment.
 *
 * @throws when none was found
 */
export async function findFreePort(count = 1): Promise<number> {
  for (let turn = 0; turn < TRIES; turn++) {
    const first = FIRST + Math.floor(Math.random() * (LAST - FIRST - count));
    const row = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(row.flatMap((port) => [isFreeForTcp(port), isFreeForUdp(port)]));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} free ports in a row among ${FIRST} to ${LAST}`);
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port);
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}

async function isFreeForUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port);
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
