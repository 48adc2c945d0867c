import type { SoundBlock } from "./sound-block.ts";

/** Peak of the mix, linear: -1.5 dBFS, so that the codecs' overshoot stays under -1 dBFS. */
export const CEILING = 10 ** (-1.5 / 20);
/** 5 ms of look-ahead: the delay that the limiter adds. */
const WINDOW = 240;
/** Recovers about 60 % in 100 ms. */
const RELEASE = 1 / 4800;

/**
 * Look-ahead peak limiter, in place. The gain wanted for each sample goes through a running minimum and then a
 * running mean of the same length, so it is down before the peak comes out and never steps.
 */
export class Limiter {
  readonly #left = new Float32Array(WINDOW);
  readonly #right = new Float32Array(WINDOW);
  readonly #last = new Float32Array(WINDOW);
  readonly #released = new Float32Array(WINDOW).fill(1);
  /** Ring of candidates of the running minimum: sample number and wanted gain, ascending. */
  readonly #numbers = new Float64Array(WINDOW + 1);
  readonly #wanted = new Float32Array(WINDOW + 1);
  #head = 0;
  #size = 0;
  #sum = WINDOW;
  #gain = 1;
  #sample = 0;

  process(block: SoundBlock): void {
    if (this.#isAtRest(block)) this.#delay(block);
    else this.#limit(block);
  }

  /** Nothing was too loud in the last 5 ms, is now, or is still being recovered from. */
  #isAtRest({ left, right }: SoundBlock): boolean {
    if (this.#gain !== 1 || this.#sum !== WINDOW || this.#size > 1) return false;
    if (this.#size === 1 && this.#wanted[this.#head] !== 1) return false;
    if (this.#sample % WINDOW !== 0 || left.length % WINDOW !== 0) return false;
    for (let i = 0; i < left.length; i += 1) {
      if (Math.abs(left[i]!) > CEILING || Math.abs(right[i]!) > CEILING) return false;
    }
    return true;
  }

  /** What limiting does with a gain of 1 throughout. */
  #delay({ left, right }: SoundBlock): void {
    for (const [channel, ring] of [
      [left, this.#left],
      [right, this.#right],
    ] as const) {
      this.#last.set(channel.subarray(-WINDOW));
      channel.copyWithin(WINDOW, 0, channel.length - WINDOW);
      channel.set(ring);
      ring.set(this.#last);
    }
    this.#sample += left.length;
    this.#head = 0;
    this.#size = 1;
    this.#numbers[0] = this.#sample - 1;
    this.#wanted[0] = 1;
  }

  #limit({ left, right }: SoundBlock): void {
    for (let i = 0; i < left.length; i += 1) {
      const slot = this.#sample % WINDOW;
      const inLeft = left[i]!;
      const inRight = right[i]!;
      const peak = Math.max(Math.abs(inLeft), Math.abs(inRight));
      const lowest = this.#runningMinimum(peak > CEILING ? CEILING / peak : 1);
      this.#gain = Math.min(lowest, this.#gain + (1 - this.#gain) * RELEASE);
      if (this.#gain > 0.9999) this.#gain = Math.min(lowest, 1);
      this.#sum += this.#gain - this.#released[slot]!;
      this.#released[slot] = this.#gain;
      const mean = Math.min(1, this.#sum / WINDOW);
      left[i] = this.#left[slot]! * mean;
      right[i] = this.#right[slot]! * mean;
      this.#left[slot] = inLeft;
      this.#right[slot] = inRight;
      this.#sample += 1;
    }
    this.#sum = 0;
    for (const gain of this.#released) this.#sum += gain;
  }

  #runningMinimum(wanted: number): number {
    const length = WINDOW + 1;
    while (this.#size > 0 && this.#wanted[(this.#head + this.#size - 1) % length]! >= wanted) this.#size -= 1;
    const place = (this.#head + this.#size) % length;
    this.#numbers[place] = this.#sample;
    this.#wanted[place] = wanted;
    this.#size += 1;
    if (this.#numbers[this.#head]! <= this.#sample - WINDOW) {
      this.#head = (this.#head + 1) % length;
      this.#size -= 1;
    }
    return this.#wanted[this.#head]!;
  }
}
