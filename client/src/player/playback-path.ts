import type { Path } from "./path-choice.ts";
import type { Quality } from "./programme.ts";

/** Seconds from the programme's beginning. On a replay `endSeconds` is its length. */
export interface Timeline {
  startSeconds: number;
  endSeconds: number;
  positionSeconds: number;
}

/** One way of bringing the programme to a video element. It plays from creation until `close()`. */
export interface PlaybackPath {
  readonly name: Path;
  /** How far the picture is behind the live edge; `null`: unknown, or hardly any. */
  readonly behindSeconds: number | null;
  readonly isAtLiveEdge: boolean;
  /** The line carries no more than what plays: nothing else should be fetched. */
  readonly isLineFull?: boolean;
  readTimeline(): Timeline | null;
  /** A number that grows while the programme comes through. */
  readProgress(): Promise<number>;
  /** Nothing comes: brings itself back without being made anew. @returns false when it cannot. */
  mend?(): boolean;
  /** @returns false when this way cannot go there. */
  seekTo(seconds: number): boolean;
  goLive(): void;
  setPaused(isPaused: boolean): void;
  setAudioOnly(isAudioOnly: boolean): void;
  setQuality(quality: Quality): void;
  close(): void;
}

export interface PathEvents {
  /** It cannot go on by itself. */
  onFailed: (reason: string) => void;
  /** The programme is over (a replay's end, or the playlist's). */
  onEnded: () => void;
  /** The element is about to get another source: its picture goes for a moment. */
  onChangeOver: () => void;
}
