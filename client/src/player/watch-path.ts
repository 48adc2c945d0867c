import type { Path } from "./path-choice.ts";
import type { PlaybackPath } from "./playback-path.ts";
import { StallWatch } from "./stall-watch.ts";

/** Seconds without progress that are a stall. HLS waits for whole segments on a slow line. */
const STALL_SECONDS: Record<Path, number> = { webrtc: 3, hls: 5 };
/** Seconds of progress in a row after which earlier failures are forgiven. */
const STEADY_SECONDS = 10;
/** Seconds of WebRTC without a break after which earlier troubles with it do not count any more. */
const TRUSTED_SECONDS = 60;
/** Seconds without progress that a path which mends itself is given. */
const MENDING_SECONDS = 9;

export interface PathWatchEvents {
  /** Each second in which something came. */
  onMoving: () => void;
  onSteady: () => void;
  /** Once: it is steady, and the line has room for more. */
  onRoomy: () => void;
  onTrusted: () => void;
  /** It stands still, and does something about it. */
  onMending: () => void;
  onStalled: () => void;
}

/** Says how a path does; the caller closes the watch with the path. */
export function watchPath(path: PlaybackPath, events: PathWatchEvents): StallWatch {
  const patience = STALL_SECONDS[path.name];
  let hasBeenRoomy = false;
  return new StallWatch({
    readProgress: () => path.readProgress(),
    patience,
    onProgress: (seconds) => {
      if (seconds === STEADY_SECONDS) events.onSteady();
      if (seconds >= STEADY_SECONDS && !hasBeenRoomy && !path.isLineFull) {
        hasBeenRoomy = true;
        events.onRoomy();
      }
      if (seconds === TRUSTED_SECONDS && path.name === "webrtc") events.onTrusted();
      events.onMoving();
    },
    onStall: (seconds) => {
      const isMending = seconds === patience ? path.mend?.() : path.mend && seconds < MENDING_SECONDS;
      if (isMending) events.onMending();
      else events.onStalled();
    },
  });
}
