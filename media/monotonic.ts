/**
 * Milliseconds of the machine's own steady clock: the same in all its processes, and untouched when somebody sets the
 * wall clock. Ages and deadlines are counted by it; an instant for people is `monotonicMs()` plus an offset.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
