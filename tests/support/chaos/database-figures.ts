/* PostgreSQL that does not answer for a while: what everybody sees meanwhile, and what is there afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../../server/platform/process-table.ts";
import { requirePid } from "../product-processes.ts";
import { waitFor } from "../wait-for.ts";
import type { Bound, Figures } from "./fault.ts";
import { stopTree } from "./process-signals.ts";
import { neverBack, runBounds, runFigures } from "./run-figures.ts";
import { isReady, type StandingLoad } from "./standing-load.ts";

export const databaseFigures = {
  serverLives: { what: "server's process stayed", unit: "", atLeast: 1 },
  readinessRed: { what: "readiness red", unit: "s" },
  readyAfter: { what: "ready after PostgreSQL was back", unit: "s", atMost: 5 },
  chatBack: { what: "all that was written delivered, after PostgreSQL was back", unit: "s" },
  ...runBounds({
    webrtcPicture: { atMost: 1.5 },
    hlsPicture: { atMost: 1.5 },
    screenPicture: { atMost: 1.5 },
    viewersPicture: { atMost: 1 },
    viewersSound: { atMost: 1 },
    hlsWait: { atMost: 1.5 },
    hlsServerErrors: { atMost: 0 },
    ...neverBack,
    recordingGap: { atMost: 0.1 },
    socketsLost: { atMost: 0 },
    pageErrors: { atMost: 0 },
  }),
} as const satisfies Record<string, Bound>;

export async function stopDatabase(
  load: StandingLoad,
  forMs: number,
): Promise<Figures<keyof typeof databaseFigures>> {
  const server = requirePid(load.product, "server");
  const since = await load.begin();
  const resume = stopTree(requirePid(load.product, "postgres"));
  let redMs = 0;
  try {
    redMs = await watchReadiness(load.url, since, forMs);
  } finally {
    resume();
  }
  const backAt = Date.now();
  await waitFor(() => isReady(load.url), { timeoutMs: 60_000, what: "readiness" });
  const readyAfter = (Date.now() - backAt) / 1000;
  const settled = async () => {
    const { unsent, missing } = await load.sockets.stats();
    return unsent <= load.size.messagesPerSecond && missing <= 2 * load.size.sockets;
  };
  await waitFor(settled, { timeoutMs: 60_000, what: "the chat's messages" });
  const chatBack = (Date.now() - backAt) / 1000;
  await load.untilWell();
  const run = await load.read(since);
  return {
    serverLives: requirePid(load.product, "server") === server && isAlive(server) ? 1 : 0,
    readinessRed: redMs / 1000,
    readyAfter,
    chatBack,
    ...runFigures(databaseFigures, run),
  };
}

/** Asks for `forMs`. @returns for how long it was told "not ready" */
async function watchReadiness(url: string, since: number, forMs: number): Promise<number> {
  let redAt = 0;
  while (Date.now() - since < forMs) {
    if (!(await isReady(url)) && redAt === 0) redAt = Date.now();
    await sleep(100);
  }
  return redAt === 0 ? 0 : Date.now() - redAt;
}
