import type { ProgrammePlayer } from "../../player/programme-player.ts";

const SKIP_SECONDS = 10;
const VOLUME_STEP = 0.1;

/**
 * Keys of the player: space or k, m, f, c, l, arrows. Leaves alone what the focused element needs itself.
 * @returns whether it was ours.
 */
export function handlePlayerKey(player: ProgrammePlayer, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false;
  const target = event.target as HTMLElement;
  if (target.closest("input:not([type=range]), textarea, select, [role=dialog], [contenteditable]"))
    return false;
  const isPressable = target.closest("button, a, [role=button]") !== null;
  const isRange = target.matches("input[type=range]");
  const act = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return false;
  if (event.key === " " && isPressable) return false;
  // The sound's slider moves by arrows itself.
  if (event.key.startsWith("Arrow") && isRange && target.dataset.range !== "time") return false;
  event.preventDefault();
  act(player);
  return true;
}

const actions: Record<string, (player: ProgrammePlayer) => void> = {
  " ": (player) => player.togglePlay(),
  k: (player) => player.togglePlay(),
  m: (player) => player.toggleMuted(),
  f: (player) => player.toggleFullscreen(),
  l: (player) => player.goLive(),
  c: (player) => player.setCaptions(!player.getSnapshot().hasCaptions),
  ArrowLeft: (player) => player.skip(-SKIP_SECONDS),
  ArrowRight: (player) => player.skip(SKIP_SECONDS),
  ArrowUp: (player) => player.setVolume(player.getSnapshot().volume + VOLUME_STEP),
  ArrowDown: (player) => player.setVolume(player.getSnapshot().volume - VOLUME_STEP),
};
