/*
 * Wall-clock instants on a playlist's time axis. Runs of the mixer are joined by discontinuities, so the axis
 * has jumps: each fragment's own EXT-X-PROGRAM-DATE-TIME is what counts.
 */
export interface DatedFragment {
  /** Media time of its first sample, seconds. */
  start: number;
  /** Seconds. */
  duration: number;
  /** ms since the epoch. */
  programDateTime: number | null;
}

/** Instant (ms) of a media time; beyond the ends it goes on from the nearest fragment. `null`: no dates at all. */
export function dateAt(fragments: readonly DatedFragment[], time: number): number | null {
  let found: DatedFragment | null = null;
  for (const fragment of fragments) {
    if (fragment.programDateTime === null) continue;
    if (found && fragment.start > time) break;
    found = fragment;
  }
  return found ? found.programDateTime! + (time - found.start) * 1000 : null;
}

/** Media time of an instant; one that fell into a gap between runs gives the beginning of what follows. */
export function timeAt(fragments: readonly DatedFragment[], dateMs: number): number | null {
  let last: DatedFragment | null = null;
  for (const fragment of fragments) {
    if (fragment.programDateTime === null) continue;
    if (fragment.programDateTime + fragment.duration * 1000 > dateMs)
      return fragment.start + Math.max(0, dateMs - fragment.programDateTime) / 1000;
    last = fragment;
  }
  return last ? last.start + last.duration : null;
}
