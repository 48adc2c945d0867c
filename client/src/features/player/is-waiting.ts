import type { PlayerSnapshot } from "../../player/programme-player.ts";

/** States whose words stand over the picture. */
export function isWaitingStatus(status: PlayerSnapshot["status"]): boolean {
  return (
    status === "connecting" || status === "buffering" || status === "reconnecting" || status === "retrying"
  );
}
