/* How the launcher asks its processes whether they live. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createHttpProbe } from "../../server/launcher/probe.ts";

let server: Server;
let port: number;
let others: Socket[];

beforeEach(async () => {
  others = [];
  server = createServer((_request, response) => response.end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  for (const other of others) other.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("a server that takes no further connection is still heard", async () => {
  server.maxConnections = 1;
  const isAnswering = createHttpProbe({ host: "127.0.0.1", port, path: "/healthz" });
  expect(await isAnswering()).toBe(true);
  await take();
  expect(await isAnswering()).toBe(true);
});

test("a server that ended is not heard, and the one that comes in its place is", async () => {
  const isAnswering = createHttpProbe({ host: "127.0.0.1", port, path: "/healthz" });
  expect(await isAnswering()).toBe(true);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await isAnswering()).toBe(false);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  expect(await isAnswering()).toBe(true);
});

/** Takes a place, if there is one. */
async function take(): Promise<void> {
  const isDecided = Promise.race([once(server, "connection"), once(server, "drop")]);
  const other = connect(port, "127.0.0.1");
  others.push(other);
  other.on("error", () => {});
  await isDecided;
}
