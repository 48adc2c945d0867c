/**
 * A chat's sockets are told in so many groups, each on a clock of its own: a thousand frames at once hold up everything
 * else for 20 ms, and the last of them comes that much later than the first.
 */
export const CHAT_LANES = 4;

/** The lane of a socket; the same for as long as it lives. Pure. */
export function laneOf(connectionId: string): number {
  let sum = 0;
  for (let at = 0; at < connectionId.length; at += 1) sum += connectionId.charCodeAt(at);
  return sum % CHAT_LANES;
}
