/* What the loss of a part of the media may cost, and how it is read once everybody is well again. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Bound, Figures } from "./fault.ts";
import type { StandingLoad } from "./standing-load.ts";

/** A fault shows at once or not at all; HLS pages have a second or two in hand. */
const SHOWS_WITHIN_MS = 4_000;
/** A segment of two seconds is whole and on disk. */
const RECORDED_MS = 4_500;
/** #EXT-X-TARGETDURATION of the live playlist, seconds. */
const TARGET_S = 2;

export const mediaFigures = {
  webrtcPicture: { what: "picture away, page by WebRTC", unit: "s", atMost: 5 },
  hlsPicture: { what: "picture away, page by HLS", unit: "s", atMost: 5 },
  screenPicture: { what: "picture away, screens", unit: "s", atMost: 5 },
  viewersPicture: { what: "picture away, worst WebRTC viewer", unit: "s", atMost: 5 },
  viewersSound: { what: "sound away, worst WebRTC viewer", unit: "s", atMost: 5 },
  hlsWait: { what: "longest wait for a part, worst HLS viewer", unit: "s" },
  hlsGap: { what: "gap in the live playlist", unit: "s", atMost: TARGET_S },
  discontinuities: { what: "discontinuities that a follower saw", unit: "", atLeast: 1 },
  stepsBack: { what: "steps back of sequence or date-time", unit: "", atMost: 0 },
  recordingGap: { what: "missing in the recording", unit: "s", atMost: 4 },
  booth: { what: "picture or sound away, booth", unit: "s" },
  chatP95: { what: "chat delivery, p95", unit: "ms", atMost: 500 },
  chatRefusals: { what: "chat refusals", unit: "", atMost: 0 },
  movedToHls: { what: "WebRTC page moved on to HLS", unit: "", atMost: 0 },
  pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
} as const satisfies Record<string, Bound>;

export type MediaFigures = Figures<keyof typeof mediaFigures>;

/** Waits until all are well, then reads. */
export async function readMedia(load: StandingLoad, sinceMs: number): Promise<MediaFigures> {
  await sleep(SHOWS_WITHIN_MS);
  await load.untilWell();
  await sleep(RECORDED_MS);
  const run = await load.read(sinceMs);
  return {
    webrtcPicture: run.pageWebrtcS,
    hlsPicture: run.pageHlsS,
    screenPicture: run.screenS,
    viewersPicture: run.viewersPictureS,
    viewersSound: run.viewersSoundS,
    hlsWait: run.hlsWaitS,
    hlsGap: run.hlsGapS,
    discontinuities: run.discontinuities,
    stepsBack: run.stepsBack,
    recordingGap: run.recordingGapS,
    booth: run.boothS,
    chatP95: run.chatP95Ms,
    chatRefusals: run.chatRefusals,
    movedToHls: run.movedToHls,
    pageErrors: run.pageErrors,
  };
}
