import type { RtpPacket } from "./rtp-packet.ts";
import { Unwrapper } from "./unwrap.ts";

/** A packet in its order; `isAfterLoss` when at least one before it never came. */
export interface OrderedPacket {
  packet: RtpPacket;
  isAfterLoss: boolean;
}

const MAX_HELD = 1024;
/** A jump this wide is a sender that began anew, not a loss. */
const RESTART_GAP = 3000;

/**
 * Puts packets in order. A hole is waited for `waitMs` (the SFU's retransmissions arrive late and out of
 * order), then given up.
 */
export class Reorder {
  readonly #waitMs: number;
  readonly #held = new Map<number, { packet: RtpPacket; arrivedMs: number }>();
  #sequence = new Unwrapper(16);
  #next: number | null = null;

  constructor(waitMs: number) {
    this.#waitMs = waitMs;
  }

  push(packet: RtpPacket, nowMs: number): OrderedPacket[] {
    let number = this.#sequence.unwrap(packet.sequence);
    if (this.#next !== null && Math.abs(number - this.#next) > RESTART_GAP) {
      this.#held.clear();
      this.#sequence = new Unwrapper(16);
      number = this.#sequence.unwrap(packet.sequence);
      this.#next = number;
      return this.#collect([{ packet, isAfterLoss: true }], number + 1);
    }
    this.#next ??= number;
    if (number < this.#next) return this.expire(nowMs);
    if (number === this.#next && this.#held.size === 0) {
      this.#next = number + 1;
      return [{ packet, isAfterLoss: false }];
    }
    this.#held.set(number, { packet, arrivedMs: nowMs });
    return [...this.#collect([], this.#next), ...this.expire(nowMs)];
  }

  /** Gives up holes that were waited for long enough. */
  expire(nowMs: number): OrderedPacket[] {
    const out: OrderedPacket[] = [];
    while (this.#held.size > 0) {
      const first = Math.min(...this.#held.keys());
      const held = this.#held.get(first)!;
      if (nowMs - held.arrivedMs < this.#waitMs && this.#held.size < MAX_HELD) break;
      this.#held.delete(first);
      out.push({ packet: held.packet, isAfterLoss: first !== this.#next });
      out.push(...this.#collect([], first + 1));
    }
    return out;
  }

  #collect(out: OrderedPacket[], from: number): OrderedPacket[] {
    let next = from;
    for (let held = this.#held.get(next); held; held = this.#held.get(next)) {
      this.#held.delete(next);
      out.push({ packet: held.packet, isAfterLoss: false });
      next += 1;
    }
    this.#next = next;
    return out;
  }
}
