import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Config } from "../config.ts";

/** What an earlier start left behind may need a moment to let go. */
const PATIENCE_MS = 2_000;

/** One sentence for each port that another program holds, so that a start fails before anything is begun. */
export async function findTakenPorts(config: Config): Promise<string[]> {
  for (const deadline = Date.now() + PATIENCE_MS; ; await sleep(200)) {
    const taken = await tryPorts(config);
    if (taken.length === 0 || Date.now() > deadline) return taken;
  }
}

async function tryPorts(config: Config): Promise<string[]> {
  const wanted: [host: string, port: number, setting: string, isFree: typeof canListen][] = [
    [config.host, config.port, "PORT", canListen],
  ];
  if (config.metrics)
    wanted.push([config.metrics.host, config.metrics.port, "TORILLA_METRICS_PORT", canListen]);
  if (config.media.link.kind === "socket")
    for (let worker = 0; worker < config.media.workers; worker++) {
      wanted.push([config.media.listenIp, config.media.port + worker, "TORILLA_MEDIA_PORT", canListen]);
      wanted.push([config.media.listenIp, config.media.port + worker, "TORILLA_MEDIA_PORT", canBind]);
    }
  const sentences = await Promise.all(
    wanted.map(async ([host, port, setting, isFree]) => {
      const fault = await isFree(host, port);
      const what = isFree === canBind ? `UDP port ${port}` : `Port ${port}`;
      if (fault === null) return null;
      if (fault === "EADDRINUSE")
        return `${what} is used by another program: end that, or choose another ${setting}.`;
      if (fault === "EACCES") return `${what} may be used by root only: choose a ${setting} above 1023.`;
      return `${host}, ${what.toLowerCase()}, cannot be listened on (${fault}): correct ${setting}${setting === "PORT" ? " or HOST" : ""}.`;
    }),
  );
  return sentences.filter((sentence) => sentence !== null);
}

/** `null` when it could be had, else the error's code. */
function canListen(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}

function canBind(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.bind({ address: host, port, exclusive: true }, () => socket.close(() => resolve(null)));
  });
}
