/*
 * Which way the programme comes to this viewer, as a pure state machine. WebRTC is tried first; what fails is
 * tried once more the same way, then the other way, then after ever longer rests. The player does what the
 * state says: it owns the timers and the media.
 */
export type Path = "webrtc" | "hls";
/** `auto`, or chosen by hand: `webrtc` (hardly any delay) or `hls` (the sure way). */
export type Preference = "auto" | Path;

interface Choice {
  preference: Preference;
  /** What this browser and programme can use; never empty. */
  ways: readonly Path[];
  /** WebRTC did not work here; while HLS works it comes again by a hand's choice, or once it was seen to work. */
  isWebrtcDoubtful: boolean;
  /** The viewer watches the past, which only HLS has. */
  isRewound: boolean;
}

export type PathState =
  | { phase: "none" }
  | ({ phase: "trying"; path: Path; failures: number } & Choice)
  /** `failures` of before are forgiven when it has played for a while. */
  | ({ phase: "playing"; path: Path; failures: number } & Choice)
  /** Nothing worked; `path` is tried next. */
  | ({ phase: "resting"; path: Path; failures: number } & Choice);

export type PathInput =
  | { type: "open"; preference: Preference; ways: readonly Path[] }
  | { type: "close" }
  /** By hand. */
  | { type: "choose"; preference: Preference }
  /** Picture or sound moves. */
  | { type: "playing" }
  /** It has moved for some time without a break. */
  | { type: "steady" }
  /** Not connected in time, stalled, or refused. */
  | { type: "failed" }
  | { type: "rested" }
  /** The network, or the server, answers again: what failed meanwhile says nothing about this viewer's ways. */
  | { type: "networkBack" }
  /** Beside HLS, WebRTC has been seen to work again. */
  | { type: "webrtcWorks" }
  | { type: "rewind" }
  | { type: "goLive" };

/** Tries before a rest: the same way again, then the other. */
const TRIES_BEFORE_REST = 2;

/** The next state, or `null` when `input` changes nothing here. Pure. */
export function nextPathState(state: PathState, input: PathInput): PathState | null {
  if (input.type === "close") return state.phase === "none" ? null : { phase: "none" };
  if (input.type === "open") return openPath(input.preference, input.ways);
  if (state.phase === "none") return null;
  switch (input.type) {
    case "choose":
      return choosePath(state, input.preference);
    case "playing":
      return state.phase === "trying" ? { ...state, phase: "playing" } : null;
    case "steady":
      return state.phase === "playing" && state.failures > 0 ? { ...state, failures: 0 } : null;
    case "failed":
      return state.phase === "resting" ? null : afterFailure(state);
    case "rested":
      return state.phase === "resting" ? { ...state, phase: "trying" } : null;
    case "networkBack":
      return afterOutage(state);
    case "webrtcWorks":
      return isStandIn(state)
        ? { ...state, phase: "trying", path: "webrtc", failures: 0, isWebrtcDoubtful: false }
        : null;
    case "rewind":
      return rewindPath(state);
    case "goLive":
      return goLivePath(state);
  }
}

/** HLS plays the live edge for a viewer who would have WebRTC, were it to be had. */
export function isStandIn(state: PathState): state is Extract<PathState, { phase: "playing" }> {
  return (
    state.phase === "playing" &&
    state.path === "hls" &&
    state.preference !== "hls" &&
    !state.isRewound &&
    state.ways.includes("webrtc")
  );
}

function openPath(preference: Preference, ways: readonly Path[]): PathState {
  if (ways.length === 0) return { phase: "none" };
  const choice = { preference, ways, isWebrtcDoubtful: false, isRewound: false };
  return { ...choice, phase: "trying", path: preferred(choice), failures: 0 };
}

function choosePath(state: Exclude<PathState, { phase: "none" }>, preference: Preference): PathState | null {
  const choice = { ...choiceOf(state), preference, isWebrtcDoubtful: false, isRewound: false };
  const path = preferred(choice);
  if (state.phase === "playing" && state.path === path)
    return state.preference === preference && !state.isRewound
      ? null
      : { ...choice, phase: "playing", path, failures: state.failures };
  return { ...choice, phase: "trying", path, failures: 0 };
}

function rewindPath(state: Exclude<PathState, { phase: "none" }>): PathState | null {
  if (state.isRewound || !state.ways.includes("hls")) return null;
  const choice = { ...choiceOf(state), isRewound: true };
  return state.phase === "playing" && state.path === "hls"
    ? { ...state, ...choice }
    : { ...choice, phase: "trying", path: "hls", failures: 0 };
}

function goLivePath(state: Exclude<PathState, { phase: "none" }>): PathState | null {
  if (!state.isRewound) return null;
  const choice = { ...choiceOf(state), isRewound: false };
  const path = preferred(choice);
  return path === state.path && state.phase === "playing"
    ? { ...state, ...choice }
    : { ...choice, phase: "trying", path, failures: 0 };
}

function afterOutage(state: Exclude<PathState, { phase: "none" }>): PathState | null {
  if (state.phase === "playing" || state.failures === 0) return null;
  const afresh = { ...choiceOf(state), isWebrtcDoubtful: false };
  const { phase, path, failures } = state;
  // WebRTC waits for the connection by itself; requests of HLS that were made before may hang for long.
  if (phase === "trying" && path === "webrtc" && failures === 1 && path === preferred(afresh)) return null;
  // One failure is kept, so that the viewer is told of a return and not of a beginning.
  return { ...afresh, phase: "trying", path: preferred(afresh), failures: 1 };
}

function afterFailure(state: Extract<PathState, { phase: "trying" | "playing" }>): PathState {
  const failures = state.failures + 1;
  const hasFailedToConnect = state.phase === "trying" && state.path === "webrtc";
  const choice = { ...choiceOf(state), isWebrtcDoubtful: state.isWebrtcDoubtful || hasFailedToConnect };
  if (failures > TRIES_BEFORE_REST) {
    // Neither way works: that is an outage and says nothing about WebRTC here.
    const afresh = { ...choice, isWebrtcDoubtful: false };
    return { ...afresh, phase: "resting", path: preferred(afresh), failures };
  }
  // What played well and broke is tried once more as it was; what never came up is not.
  const isFirstBreak = state.phase === "playing" && failures === 1;
  return {
    ...choice,
    phase: "trying",
    path: isFirstBreak ? state.path : other(choice, state.path),
    failures,
  };
}

function preferred(choice: Choice): Path {
  if (choice.isRewound || choice.preference === "hls") return choice.ways.includes("hls") ? "hls" : "webrtc";
  if (choice.preference === "auto" && choice.isWebrtcDoubtful && choice.ways.includes("hls")) return "hls";
  return choice.ways.includes("webrtc") ? "webrtc" : "hls";
}

/** The way to try after `path` failed: a hand that chose HLS, or looks at the past, stays there. */
function other(choice: Choice, path: Path): Path {
  const wanted = path === "webrtc" || choice.preference === "hls" || choice.isRewound ? "hls" : "webrtc";
  return choice.ways.includes(wanted) ? wanted : path;
}

function choiceOf({ preference, ways, isWebrtcDoubtful, isRewound }: Choice): Choice {
  return { preference, ways, isWebrtcDoubtful, isRewound };
}

const REST_MIN_MS = 1_000;
const REST_MAX_MS = 15_000;

/** How long to rest after so many failures in a row; `random` in [0, 1) spreads the viewers. */
export function restMs(failures: number, random: number): number {
  const base = Math.min(REST_MAX_MS, REST_MIN_MS * 2 ** Math.max(0, failures - TRIES_BEFORE_REST - 1));
  return base * (0.5 + random);
}
