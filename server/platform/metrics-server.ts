import { createServer } from "node:http";
import type { Metrics } from "./metrics.ts";

/** `/metrics` on a port of its own, which no visitor reaches. Rejects when the port is taken. */
export async function startMetricsServer(
  metrics: Metrics,
  address: { host: string; port: number },
): Promise<{ close(): Promise<void> }> {
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") return void response.writeHead(404).end();
    metrics.registry
      .metrics()
      .then((text) => response.writeHead(200, { "Content-Type": metrics.registry.contentType }).end(text))
      .catch(() => response.writeHead(500).end());
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(address.port, address.host, resolve);
  await promise;
  return {
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
