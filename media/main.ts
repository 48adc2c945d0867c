import { flushCompileCache } from "node:module";
import { readMediaConfig } from "./config.ts";
import type { LinkServer } from "./link/link-server.ts";
import { createLog } from "./log.ts";
import type { MediaNode } from "./media-node.ts";
import { monotonicMs } from "./monotonic.ts";
import { MixerSpares } from "./stage/mixer-spares.ts";

/*
 * The media node's process: settings, node, link, and an end within five seconds. After a death the stages' mixers are
 * what takes longest to come back, so the first is forked before this process has loaded its own parts.
 */

const SHUTDOWN_DEADLINE_MS = 5_000;
/** A returned server has so long to speak for the peers it knows. */
const RECONCILE_GRACE_MS = 45_000;

const config = readMediaConfig();
const log = createLog(config.logLevel);
const spares = new MixerSpares(log);
let link: LinkServer | undefined;
let node: MediaNode | undefined;
let isEnding = false;
let reconcile: NodeJS.Timeout | undefined;

process.on("SIGTERM", () => void end("SIGTERM"));
process.on("SIGINT", () => void end("SIGINT"));
// Forked by the launcher: without it nobody would end or watch this process.
process.on("disconnect", () => void end("the launcher is gone"));
process.on("unhandledRejection", (reason) => log.error({ err: reason }, "unhandled rejection"));
process.on("uncaughtException", (error) => {
  log.fatal({ err: error }, "uncaught exception");
  void end("uncaught exception", 1);
});

try {
  spares.warm();
  const [mediasoup, { MediaNode }, { LinkServer }] = await Promise.all([
    import("mediasoup"),
    import("./media-node.ts"),
    import("./link/link-server.ts"),
  ]);
  mediasoup.setLogEventListeners({
    onwarn: (namespace, message) => log.debug(`[${namespace}] ${message}`),
    onerror: (namespace, message, error) => log.warn({ err: error }, `[${namespace}] ${message}`),
  });
  node = await MediaNode.create({
    nodeId: config.nodeId,
    dataDir: config.dataDir,
    programme: config.programme,
    workers: {
      count: config.workerCount,
      bin: config.workerBin,
      listenIp: config.listenIp,
      announcedAddresses: config.announcedAddresses,
      firstPort: config.webRtcPort,
    },
    takeMixer: () => spares.take(),
    notify: (name, data, bytes) => link?.notify(name, data, bytes),
    log,
  });
  link = await LinkServer.create({
    address: config.link,
    secret: config.linkSecret,
    handle: node.handle,
    onServerConnected: () => {
      const sinceMs = monotonicMs();
      clearTimeout(reconcile);
      reconcile = setTimeout(() => node?.removeAbandonedPeers(sinceMs), RECONCILE_GRACE_MS);
    },
    log,
  });
  const where =
    "socketPath" in config.link ? config.link.socketPath : `${config.link.host}:${config.link.port}`;
  log.info(`media node ready on ${where}, WebRTC on port ${config.webRtcPort}`);
  process.send?.({ type: "ready" });
  // Node writes it at an orderly end only, which a process that is killed does not have.
  flushCompileCache();
} catch (error) {
  log.fatal({ err: error }, "media node cannot start");
  await end("it could not start", 1);
}

async function end(why: string, exitCode = 0): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  log.info(`media node ends: ${why}`);
  setTimeout(() => process.exit(exitCode || 1), SHUTDOWN_DEADLINE_MS);
  clearTimeout(reconcile);
  await Promise.allSettled([node?.close(), spares.close()]);
  await link?.close().catch(() => undefined);
  process.exit(exitCode);
}
