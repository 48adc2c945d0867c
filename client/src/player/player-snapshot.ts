import type { EntranceOptions } from "./audience-entrance.ts";
import type { Path } from "./path-choice.ts";
import type { PlaybackPath, Timeline } from "./playback-path.ts";
import type { PlayerSettings } from "./player-settings.ts";
import type { Programme, Quality } from "./programme.ts";

export type PlayerStatus =
  /** Nothing to play. */
  | "idle"
  | "connecting"
  | "playing"
  | "paused"
  /** Waits for data, and expects it. */
  | "buffering"
  /** It played, broke, and is being brought back. */
  | "reconnecting"
  /** It could not be had yet, and is tried again. */
  | "retrying"
  | "ended";

export interface PlayerSnapshot extends PlayerSettings {
  status: PlayerStatus;
  path: Path | null;
  kind: Programme["kind"] | null;
  isAtLiveEdge: boolean;
  /** Behind the live edge; `null`: hardly at all, or not known. */
  behindSeconds: number | null;
  timeline: Timeline | null;
  /** The browser lets it play only without sound until somebody presses something. */
  needsUnmute: boolean;
  isFullscreen: boolean;
  isPictureInPicture: boolean;
}

export interface ProgrammePlayerOptions {
  loadPath: LoadPath;
  /** ms since the epoch by the server's clock. */
  now: () => number;
  random?: () => number;
  /** Called when `playing` has played well for a while: fetches what the other way needs, for a bad moment. */
  prepareOther?: (playing: Path) => void;
  /** Whether media comes over WebRTC, tried beside what plays; never rejects. Without it HLS stays. */
  probeWebrtc?: (stageId: string, options: EntranceOptions, signal: AbortSignal) => Promise<boolean>;
}

/** Brings a path's code (hls.js, mediasoup-client) and makes the path. */
export type LoadPath = (path: Path, request: PathRequest) => Promise<PlaybackPath>;
export interface PathRequest {
  video: HTMLVideoElement;
  programme: Programme;
  startSeconds: number | null;
  isAudioOnly: boolean;
  quality: Quality;
  now: () => number;
  /** False once another way was taken while this one's code was on its way: the element is not its any more. */
  isWanted: () => boolean;
  onFailed: (reason: string) => void;
  onEnded: () => void;
  onChangeOver: () => void;
}
