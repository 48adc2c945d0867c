import express, { type Router } from "express";
import type { ServerContext } from "../../platform/context.ts";
import { withDeadline } from "../../platform/deadline.ts";

const CHECK_TIMEOUT_MS = 2_000;
/** Probes come from several sides; the database is asked at most this often. */
const KEPT_MS = 1_000;

/** `/healthz`: the process answers. `/readyz`: 200 when the database and the media node are there, else 503. */
export function healthRouter(ctx: ServerContext): Router {
  const router = express.Router();
  let last: { atMs: number; database: Promise<boolean> } | null = null;

  function isDatabaseThere(): Promise<boolean> {
    if (last !== null && performance.now() - last.atMs < KEPT_MS) return last.database;
    const asked = ctx.db.$queryRaw`SELECT 1`.then(() => true);
    const database = withDeadline(asked, { ms: CHECK_TIMEOUT_MS, what: "database" }).catch(() => false);
    last = { atMs: performance.now(), database };
    return database;
  }

  router.get("/healthz", (_request, response) => {
    response.setHeader("Cache-Control", "no-store");
    response.json({ isHealthy: true });
  });
  router.get("/readyz", async (_request, response) => {
    const database = await isDatabaseThere();
    const media = ctx.media.isConnected;
    response.setHeader("Cache-Control", "no-store");
    response.status(database && media ? 200 : 503).json({ isReady: database && media, database, media });
  });
  return router;
}
