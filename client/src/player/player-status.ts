import type { PathState } from "./path-choice.ts";
import type { PlayerStatus } from "./player-snapshot.ts";

export interface StatusFacts {
  /** There has been a picture of this programme. */
  hasPlayed: boolean;
  hasEnded: boolean;
  wantsPlay: boolean;
  isBuffering: boolean;
}

/** What is told of a player whose way is in this state. */
export function statusOf(
  state: PathState,
  { hasPlayed, hasEnded, wantsPlay, isBuffering }: StatusFacts,
): PlayerStatus {
  if (state.phase === "none") return "idle";
  if (hasEnded) return "ended";
  if (state.phase === "resting" || (state.phase === "trying" && state.failures > 1))
    return hasPlayed ? "reconnecting" : "retrying";
  if (state.phase === "trying") return hasPlayed && state.failures > 0 ? "reconnecting" : "connecting";
  if (!wantsPlay) return "paused";
  return isBuffering ? "buffering" : "playing";
}
