/*
 * The server's process: settings → database → media link → server. Ends on SIGTERM, SIGINT or when the launcher that
 * forked it is gone; a failure that nobody caught is logged and ends it, the launcher starts another.
 */
import { flushCompileCache } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { type Config, ConfigError, loadConfig } from "./config.ts";
import { createServer } from "./create-server.ts";
import { createDatabase } from "./platform/db.ts";
import { createLog } from "./platform/log.ts";
import { MediaLink } from "./platform/media-link/media-link.ts";
import { startMetricsServer } from "./platform/metrics-server.ts";
import { migrate } from "./platform/migrate.ts";
import { loadSecret } from "./platform/secret.ts";

const DATABASE_PATIENCE_MS = 60_000;
/** The launcher gives 10 s to all. */
const SHUTDOWN_MS = 8_000;

async function main(): Promise<void> {
  const config = readSettings();
  const log = createLog({ level: config.logLevel, name: "server" });
  if (config.databaseUrl === null) throw new Error("DATABASE_URL is missing; `npm start` sets it.");
  await migratePatiently(config.databaseUrl, log);

  const db = createDatabase(config.databaseUrl);
  const media = new MediaLink({ link: config.media.link, log });
  const server = await createServer({ config, secret: loadSecret(config), db, media, log });
  const metrics =
    config.metrics === null ? null : await startMetricsServer(server.ctx.metrics, config.metrics);
  const { port } = await server.listen({ host: config.host, port: config.port });
  log.info(`[server] listening on ${config.host}:${port}, ${config.publicUrl}`);
  process.send?.({ type: "ready", port });
  // Node writes it at an orderly end only, which a process that is killed does not have.
  flushCompileCache();

  onEnd(log, async () => {
    await server.close();
    await media.close();
    await metrics?.close();
    await db.$disconnect();
  });
}

function readSettings(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** PostgreSQL may start at the same moment as we. */
async function migratePatiently(databaseUrl: string, log: Logger): Promise<void> {
  const untilMs = performance.now() + DATABASE_PATIENCE_MS;
  for (;;) {
    try {
      for (const name of await migrate(databaseUrl)) log.info(`[database] applied ${name}`);
      return;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      const isAway = typeof code === "string" && /^(?:ECONN|ENOENT|57P|08|53|EAI_|ENOTFOUND)/.test(code);
      if (!isAway || performance.now() > untilMs) throw error;
      log.warn(`[database] not there yet (${code})`);
      await sleep(500);
    }
  }
}

function onEnd(log: Logger, close: () => Promise<void>): void {
  let isEnding = false;
  async function end(why: string, exitCode: number): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    log.info(`[server] ends: ${why}`);
    setTimeout(() => process.exit(exitCode || 1), SHUTDOWN_MS).unref();
    await close().catch((err: unknown) => log.error({ err }, "[server] could not close in order"));
    process.exit(exitCode);
  }
  process.once("SIGTERM", () => void end("SIGTERM", 0));
  process.once("SIGINT", () => void end("SIGINT", 0));
  process.once("disconnect", () => void end("the launcher is gone", 0));
  process.on("uncaughtException", (err) => {
    log.fatal({ err }, "[server] uncaught");
    void end("a failure that nobody caught", 1);
  });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
