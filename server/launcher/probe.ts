import { request } from "node:http";
import type { Config } from "../config.ts";

type Target = { socketPath: string } | { host: string; port: number };

/** Whether anything answers an HTTP request in time; the status does not matter, a hung event loop has none. */
export function answersHttp(target: Target & { path: string }, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ ...target, agent: false, timeout: timeoutMs }, (response) => {
      response.resume();
      resolve(true);
    });
    asked.on("timeout", () => asked.destroy());
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
