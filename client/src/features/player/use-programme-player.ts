import { useEffect, useState, useSyncExternalStore } from "react";
import { serverNow } from "../../api/server-clock.ts";
import { realtime } from "../../api/socket.ts";
import { loadPath, prepareOther, probeWebrtc } from "../../player/load-path.ts";
import type { Programme } from "../../player/programme.ts";
import { type PlayerSnapshot, ProgrammePlayer } from "../../player/programme-player.ts";

/**
 * A player for as long as the component lives, playing `programme`. While that `isFailing`, nobody gets a picture:
 * what is tried in vain begins afresh when it is over.
 */
export function useProgrammePlayer(programme: Programme | null, isFailing = false): ProgrammePlayer {
  const [player] = useState(
    () => new ProgrammePlayer({ loadPath, prepareOther, probeWebrtc, now: serverNow }),
  );
  useEffect(() => player.setProgramme(programme), [player, programme]);
  useEffect(() => {
    if (!isFailing) player.wake();
  }, [player, isFailing]);
  useEffect(() => realtime.onConnected(() => player.wake()), [player]);
  useEffect(() => () => player.close(), [player]);
  return player;
}

export function usePlayerSnapshot(player: ProgrammePlayer): PlayerSnapshot {
  return useSyncExternalStore(player.subscribe, player.getSnapshot);
}
