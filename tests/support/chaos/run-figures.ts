/*
 * The figures that most faults tell of a run, each with its words and where it is read: a fault names those that it
 * shows and what they may be.
 */
import type { Audience, Bound, Figures, Unit } from "./fault.ts";
import type { RunReading } from "./read-run.ts";

interface RunFigure {
  what: string;
  unit: Unit;
  at?: Audience;
  read: (run: RunReading) => number;
}

const all = {
  webrtcPicture: {
    what: "picture away, page by WebRTC",
    unit: "s",
    at: "pages",
    read: (run) => run.pageWebrtcS,
  },
  hlsPicture: { what: "picture away, page by HLS", unit: "s", at: "pages", read: (run) => run.pageHlsS },
  screenPicture: { what: "picture away, screens", unit: "s", at: "screens", read: (run) => run.screenS },
  viewersPicture: {
    what: "picture away, worst WebRTC viewer",
    unit: "s",
    read: (run) => run.viewersPictureS,
  },
  viewersSound: { what: "sound away, worst WebRTC viewer", unit: "s", read: (run) => run.viewersSoundS },
  booth: { what: "picture or sound away, booth", unit: "s", read: (run) => run.boothS },
  hlsWait: { what: "longest wait for a part, worst HLS viewer", unit: "s", read: (run) => run.hlsWaitS },
  hlsGap: { what: "gap in the live playlist", unit: "s", read: (run) => run.hlsGapS },
  hlsServerErrors: { what: "5xx to HLS viewers", unit: "", read: (run) => run.hlsServerErrors },
  discontinuities: {
    what: "discontinuities that a follower saw",
    unit: "",
    read: (run) => run.discontinuities,
  },
  sequenceBack: { what: "playlists whose sequence went back", unit: "", read: (run) => run.sequenceBack },
  datesBack: { what: "segments whose date went back", unit: "", read: (run) => run.datesBack },
  recordingGap: { what: "missing in the recording", unit: "s", read: (run) => run.recordingGapS },
  chatP95: { what: "chat delivery, p95", unit: "ms", read: (run) => run.chatP95Ms },
  chatRefusals: { what: "chat refusals", unit: "", read: (run) => run.chatRefusals },
  socketsLost: { what: "sockets lost", unit: "", read: (run) => run.socketsLost },
  socketsBack: {
    what: "sockets back and caught up, 99th percentile",
    unit: "s",
    read: (run) => run.socketsBackS,
  },
  movedToHls: { what: "WebRTC page moved on to HLS", unit: "", at: "pages", read: (run) => run.movedToHls },
  pageErrors: { what: "errors in pages", unit: "", at: "pages", read: (run) => run.pageErrors },
} as const satisfies Record<string, RunFigure>;

export type RunFigureName = keyof typeof all;
type Limits = { [Name in RunFigureName]?: Pick<Bound, "atMost" | "atLeast"> };

/** What no fault may do to a playlist. */
export const neverBack = { sequenceBack: { atMost: 0 }, datesBack: { atMost: 0 } } as const;

/** Bounds of those figures; `{}`: only told. */
export function runBounds<Chosen extends Limits>(
  limits: Chosen,
): Record<keyof Chosen & RunFigureName, Bound> {
  const bounds = (Object.keys(limits) as RunFigureName[]).map((name) => {
    const { read: _read, ...words } = all[name];
    return [name, { ...words, ...limits[name] }];
  });
  return Object.fromEntries(bounds);
}

/** The figures of a run that `bounds` names; others in there are the fault's own. */
export function runFigures<Name extends string>(
  bounds: Record<Name, Bound>,
  run: RunReading,
): Figures<Name & RunFigureName> {
  const named = (Object.keys(all) as RunFigureName[]).filter((name) => Object.hasOwn(bounds, name));
  return Object.fromEntries(named.map((name) => [name, all[name].read(run)])) as Figures<
    Name & RunFigureName
  >;
}
