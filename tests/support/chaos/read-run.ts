/* One run's figures out of the standing load: what people saw, what playlists and the recording say, how the chat was. */
import { readRecordingGap } from "./recording.ts";
import type { StandingLoad } from "./standing-load.ts";

export interface RunReading {
  /** Seconds without a new picture of a presenter, in real pages; `NaN` where there are none. */
  pageWebrtcS: number;
  pageHlsS: number;
  screenS: number;
  /** Seconds without packets at the worst of the viewers without a browser. */
  viewersPictureS: number;
  viewersSoundS: number;
  boothS: number;
  /** The longest wait for a part at the worst of the HLS viewers. */
  hlsWaitS: number;
  /** Programme time missing in the live playlist. */
  hlsGapS: number;
  discontinuities: number;
  /** Playlists that ended before a segment that was listed already, over all followers. */
  sequenceBack: number;
  /** Segments that began before the end of the one before them, over all followers. */
  datesBack: number;
  /** Answers with 500 or more to HLS viewers. */
  hlsServerErrors: number;
  /** Programme time missing in the recording. */
  recordingGapS: number;
  chatP95Ms: number;
  chatMaxMs: number;
  /** Refusals and failed handshakes of sockets. */
  chatRefusals: number;
  /** From a socket's loss to caught up: 99th percentile and how many were lost. */
  socketsBackS: number;
  socketsLost: number;
  /** Connected, entered and caught up now. */
  socketsJoined: number;
  /** Whether the WebRTC page was moved on to HLS: 0 or 1. */
  movedToHls: number;
  pageErrors: number;
}

export async function readRun(load: StandingLoad, sinceMs: number): Promise<RunReading> {
  const [pages, hls, chat] = await Promise.all([readPages(load), load.hls.report(), load.sockets.stats()]);
  const viewers = load.crowd.read("viewers");
  const booth = load.crowd.read("booth");
  return {
    ...pages,
    viewersPictureS: viewers.pictureS,
    viewersSoundS: viewers.soundS,
    boothS: Math.max(booth.pictureS, booth.soundS),
    hlsWaitS: hls.longestGapMs.max / 1000,
    hlsGapS: hls.longestHoleMs / 1000,
    discontinuities: hls.discontinuities / Math.max(1, hls.followers),
    sequenceBack: hls.stepsBack,
    datesBack: hls.datesBack,
    hlsServerErrors: hls.serverErrors,
    recordingGapS: readRecordingGap(load, sinceMs),
    chatP95Ms: chat.deliveryMs.p95,
    chatMaxMs: chat.deliveryMs.max,
    chatRefusals: Object.values(chat.codes).reduce((sum, count) => sum + count, 0),
    socketsBackS: chat.outageMs.p99 / 1000,
    socketsLost: chat.outageMs.count,
    socketsJoined: chat.joined,
  };
}

async function readPages(load: StandingLoad) {
  const nobody = Number.NaN;
  if (!load.hasPages)
    return { pageWebrtcS: nobody, pageHlsS: nobody, screenS: nobody, movedToHls: nobody, pageErrors: nobody };
  const [pages, isByWebrtc] = await Promise.all([load.pages.read(), load.pages.isByWebrtc()]);
  const screens = Object.entries(pages).filter(([name]) => name.startsWith("screen"));
  return {
    pageWebrtcS: pages["WebRTC page"]!.longestS,
    pageHlsS: pages["HLS page"]!.longestS,
    screenS: screens.length === 0 ? Number.NaN : Math.max(...screens.map(([, { longestS }]) => longestS)),
    movedToHls: isByWebrtc ? 0 : 1,
    pageErrors: load.pages.errors.length,
  };
}
