/* What the loss of a part of the media may cost, and how it is read once everybody is well again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Figures } from "./fault.ts";
import { continueProcess } from "./process-signals.ts";
import { untilRecorded } from "./recording.ts";
import { neverBack, runBounds, runFigures } from "./run-figures.ts";
import type { StandingLoad } from "./standing-load.ts";

/** A fault shows at once or not at all; HLS pages have a second or two in hand. */
const SHOWS_WITHIN_MS = 4_000;
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

/** Waits until all are well, then reads. */
async function readMedia(load: StandingLoad, sinceMs: number): Promise<Figures<keyof typeof mediaFigures>> {
  await sleep(SHOWS_WITHIN_MS);
  await load.untilWell();
  await untilRecorded(load);
  return runFigures(mediaFigures, await load.read(sinceMs));
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
