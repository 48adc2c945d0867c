/** Turns a counter that wraps at 2^bits into one that goes on; tolerates steps back of half the range. */
export class Unwrapper {
  readonly #range: number;
  #last: number | null = null;

  constructor(bits: 16 | 32) {
    this.#range = 2 ** bits;
  }

  unwrap(value: number): number {
    if (this.#last === null) {
      this.#last = value;
      return value;
    }
    const range = this.#range;
    let step = (value - this.#last) % range;
    if (step > range / 2) step -= range;
    if (step < -range / 2) step += range;
    const whole = this.#last + step;
    if (whole > this.#last) this.#last = whole;
    return whole;
  }
}
