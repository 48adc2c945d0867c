import { Agent, request } from "node:http";
import type { Config } from "../config.ts";

type Target = { socketPath: string } | { host: string; port: number };

/**
 * Asks whether anything answers an HTTP request; the status does not matter, a hung event loop has none. Resolves once
 * that is known. The connection is kept: a server to which hundreds come at once accepts one in each turn of its event
 * loop, and a new one might wait in that queue for longer than a hang may last.
 */
export function createHttpProbe(target: Target & { path: string }): () => Promise<boolean> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return () =>
    new Promise((resolve) => {
      const asked = request({ ...target, agent }, (response) => {
        response.resume();
        resolve(true);
      });
      asked.on("error", () => resolve(false));
      asked.on("close", () => resolve(false));
      asked.end();
    });
}

/** Where the server's `/healthz` is asked for from this machine. */
export function healthTarget(config: Config): { host: string; port: number; path: string } {
  const host = ["0.0.0.0", "::"].includes(config.host) ? "127.0.0.1" : config.host;
  return { host, port: config.port, path: "/healthz" };
}
