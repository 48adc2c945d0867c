/* What the loss of a part of the media may cost, and how it is read once everybody is well again. */
import { setTimeout as sleep } from "node:timers/promises";
import { waitFor } from "../wait-for.ts";
import type { Figures } from "./fault.ts";
import { continueProcess } from "./process-signals.ts";
import { untilRecorded } from "./recording.ts";
import { neverBack, runBounds, runFigures } from "./run-figures.ts";
import type { StandingLoad } from "./standing-load.ts";

/** A fault shows at once or not at all; HLS pages have a second or two in hand, load clients nothing. */
const SHOWS_TO_PAGES_MS = 4_000;
const SHOWS_TO_CLIENTS_MS = 2_500;
/** In the live playlist, once something follows it: a whole process may have to start. */
const LISTED_WITHIN_MS = 15_000;
/** #EXT-X-TARGETDURATION of the live playlist, seconds. */
const TARGET_S = 2;

export const mediaFigures = runBounds({
  webrtcPicture: { atMost: 5 },
  hlsPicture: { atMost: 5 },
  screenPicture: { atMost: 5 },
  viewersPicture: { atMost: 5 },
  viewersSound: { atMost: 5 },
  hlsWait: {},
  hlsGap: { atMost: TARGET_S },
  discontinuities: { atLeast: 1 },
  ...neverBack,
  recordingGap: { atMost: 4 },
  booth: {},
  chatP95: { atMost: 500 },
  chatRefusals: { atMost: 0 },
  movedToHls: { atMost: 0 },
  pageErrors: { atMost: 0 },
});

/** Waits until the fault has shown and all are well, then reads. */
async function readMedia(load: StandingLoad, sinceMs: number): Promise<Figures<keyof typeof mediaFigures>> {
  const listedAtMs = await untilListed(load);
  const showsWithinMs = load.hasPages ? SHOWS_TO_PAGES_MS : SHOWS_TO_CLIENTS_MS;
  await sleep(Math.max(0, sinceMs + showsWithinMs - Date.now()));
  await load.untilWell();
  await untilRecorded(load, listedAtMs);
  return runFigures(mediaFigures, await load.read(sinceMs));
}

/**
 * Until each HLS follower has seen a discontinuity, which its figure's bound asks for: it is read all the same when none
 * came. @returns the instant, when what follows was there already, ms since 1970
 */
async function untilListed(load: StandingLoad): Promise<number> {
  const isListed = async () => {
    const { discontinuities, followers } = await load.hls.report();
    return discontinuities >= followers;
  };
  await waitFor(isListed, { timeoutMs: LISTED_WITHIN_MS }).catch(() => {});
  return Date.now();
}

/** Ends or stops a process, and reads what that cost; one that was stopped goes on afterwards. */
export async function strikeProcess(
  load: StandingLoad,
  { pid, signal }: { pid: number; signal: "SIGKILL" | "SIGSTOP" },
): Promise<Figures<keyof typeof mediaFigures>> {
  const since = await load.begin();
  process.kill(pid, signal);
  try {
    return await readMedia(load, since);
  } finally {
    if (signal === "SIGSTOP") continueProcess(pid);
  }
}
