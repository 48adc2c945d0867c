/* PostgreSQL that does not answer for a while: what everybody sees meanwhile, and what is there afterwards. */
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "../../../server/platform/process-table.ts";
import { requirePid } from "../product-processes.ts";
import { waitFor } from "../wait-for.ts";
import type { Bound, Figures } from "./fault.ts";
import { stopTree } from "./process-signals.ts";
import { untilRecorded } from "./recording.ts";
import { neverBack, runBounds, runFigures } from "./run-figures.ts";
import { isReady, type StandingLoad } from "./standing-load.ts";
import { readStoredChat } from "./stored-chat.ts";

const PATIENCE_MS = 60_000;
/** After it there is nothing to read. */
const LAST_SEQ = 2 ** 31 - 1;

/** What the others notice of a database that is away: nothing, but that the chat waits. */
const untouched = {
  serverLives: { what: "server's process stayed", unit: "", atLeast: 1 },
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

export const databaseFigures = {
  readinessRed: { what: "readiness red", unit: "s" },
  readyAfter: { what: "ready after PostgreSQL was back", unit: "s", atMost: 5 },
  chatBack: { what: "all that was written delivered, after PostgreSQL was back", unit: "s" },
  ...untouched,
} as const satisfies Record<string, Bound>;

export const databaseDeathFigures = {
  ready: { what: "another PostgreSQL answers and all is ready", unit: "s", atMost: 10 },
  chatBack: { what: "all that was written delivered", unit: "s", atMost: 15 },
  ...untouched,
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
  await waitFor(() => isReady(load.url), { timeoutMs: PATIENCE_MS, what: "readiness" });
  const readyAfter = (Date.now() - backAt) / 1000;
  const chatBack = await secondsUntilDelivered(load, backAt);
  return { readinessRed: redMs / 1000, readyAfter, chatBack, ...(await readUntouched(load, since, server)) };
}

/** As a crash or the out-of-memory killer does: the postmaster goes, its backends find out by themselves. */
export async function killDatabase(load: StandingLoad): Promise<Figures<keyof typeof databaseDeathFigures>> {
  const server = requirePid(load.product, "server");
  const postmaster = requirePid(load.product, "postgres");
  const since = await load.begin();
  process.kill(postmaster, "SIGKILL");
  const isAnother = () => ![null, postmaster].includes(findPostmaster(load));
  await waitFor(async () => isAnother() && answers(load), {
    timeoutMs: PATIENCE_MS,
    what: "another PostgreSQL",
  });
  await waitFor(() => isReady(load.url), { timeoutMs: PATIENCE_MS, what: "readiness" });
  const ready = (Date.now() - since) / 1000;
  // More than was on its way: what is acknowledged from here on the new one has.
  const { acknowledged } = await load.sockets.stats();
  const isWritten = async () =>
    (await load.sockets.stats()).acknowledged >= acknowledged + load.size.messagesPerSecond;
  await waitFor(isWritten, { timeoutMs: PATIENCE_MS, what: "messages that the new PostgreSQL took" });
  const chatBack = await secondsUntilDelivered(load, since);
  await untilRecorded(load, since + ready * 1000);
  return { ready, chatBack, ...(await readUntouched(load, since, server)) };
}

/** `null` while another one is being started. */
function findPostmaster(load: StandingLoad): number | null {
  try {
    return requirePid(load.product, "postgres");
  } catch {
    return null;
  }
}

/** Asked directly, since readiness is looked at now and then. */
function answers({ product, stageId }: StandingLoad): Promise<boolean> {
  return readStoredChat(product, `stage:${stageId}`, LAST_SEQ).then(
    () => true,
    () => false,
  );
}

/** But for what is on its way at any time. */
async function secondsUntilDelivered(load: StandingLoad, sinceMs: number): Promise<number> {
  const isSettled = async () => {
    const { unsent, missing } = await load.sockets.stats();
    return unsent <= load.size.messagesPerSecond && missing <= 2 * load.size.sockets;
  };
  await waitFor(isSettled, { timeoutMs: PATIENCE_MS, what: "the chat's messages" });
  return (Date.now() - sinceMs) / 1000;
}

async function readUntouched(
  load: StandingLoad,
  sinceMs: number,
  server: number,
): Promise<Figures<keyof typeof untouched>> {
  await load.untilWell();
  const run = await load.read(sinceMs);
  const serverLives = requirePid(load.product, "server") === server && isAlive(server) ? 1 : 0;
  return { serverLives, ...runFigures(untouched, run) };
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
