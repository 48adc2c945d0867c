/* PostgreSQL that does not answer for a while: what everybody sees meanwhile, and what is there afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../../server/platform/process-table.ts";
import { requirePid } from "../product-processes.ts";
import { waitFor } from "../wait-for.ts";
import type { Bound, Figures } from "./fault.ts";
import { stopTree } from "./process-signals.ts";
import { isReady, type StandingLoad } from "./standing-load.ts";

export const databaseFigures = {
  serverLives: { what: "server's process stayed", unit: "", atLeast: 1 },
  readinessRed: { what: "readiness red", unit: "s" },
  readyAfter: { what: "ready after PostgreSQL was back", unit: "s", atMost: 5 },
  chatBack: { what: "all that was written delivered, after PostgreSQL was back", unit: "s" },
  webrtcPicture: { what: "picture away, page by WebRTC", unit: "s", atMost: 1.5 },
  hlsPicture: { what: "picture away, page by HLS", unit: "s", atMost: 1.5 },
  screenPicture: { what: "picture away, screens", unit: "s", atMost: 1.5 },
  viewersPicture: { what: "picture away, worst WebRTC viewer", unit: "s", atMost: 1 },
  viewersSound: { what: "sound away, worst WebRTC viewer", unit: "s", atMost: 1 },
  hlsWait: { what: "longest wait for a part, worst HLS viewer", unit: "s", atMost: 1.5 },
  hlsServerErrors: { what: "5xx to HLS viewers", unit: "", atMost: 0 },
  recordingGap: { what: "missing in the recording", unit: "s", atMost: 0.1 },
  socketsLost: { what: "sockets lost", unit: "", atMost: 0 },
  pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
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
  const { webrtcPicture, hlsPicture, screenPicture } = {
    webrtcPicture: run.pageWebrtcS,
    hlsPicture: run.pageHlsS,
    screenPicture: run.screenS,
  };
  return {
    serverLives: requirePid(load.product, "server") === server && isAlive(server) ? 1 : 0,
    readinessRed: redMs / 1000,
    readyAfter,
    chatBack,
    webrtcPicture,
    hlsPicture,
    screenPicture,
    viewersPicture: run.viewersPictureS,
    viewersSound: run.viewersSoundS,
    hlsWait: run.hlsWaitS,
    hlsServerErrors: run.hlsServerErrors,
    recordingGap: run.recordingGapS,
    socketsLost: run.socketsLost,
    pageErrors: run.pageErrors,
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
