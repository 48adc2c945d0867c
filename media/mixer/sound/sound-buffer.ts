import { SAMPLE_RATE } from "./sound-block.ts";

/** Holds this much of a source's sound. */
const CAPACITY = SAMPLE_RATE * 4;
/** 2.5 ms: how long sound takes to vanish at a hole and to come back after it. */
export const EDGE_SAMPLES = 120;

/** Decoded sound of one source, addressed by the source's own sample count. Holes are silent, with soft edges. */
export class SoundBuffer {
  readonly #left = new Float32Array(CAPACITY);
  readonly #right = new Float32Array(CAPACITY);
  #begin = 0;
  #end = 0;

  /** First and one past the last sample held; equal when empty. */
  get begin(): number {
    return this.#begin;
  }
  get end(): number {
    return this.#end;
  }

  write(start: number, left: Float32Array, right: Float32Array): void {
    const isEmpty = this.#begin === this.#end;
    if (isEmpty || start > this.#end + CAPACITY / 2 || start + left.length < this.#begin)
      this.#restart(start);
    const hole = start - this.#end;
    if (hole > 0) this.#fillHole(start);
    this.#copy(start, left, right);
    if (hole > 0) this.#ramp(start, EDGE_SAMPLES, 1);
    this.#end = Math.max(this.#end, start + left.length);
    this.#begin = Math.max(this.#begin, this.#end - CAPACITY);
  }

  /** Copies `count` samples from `start` on; what is not held is zero. */
  read(start: number, count: number, left: Float32Array, right: Float32Array): void {
    const from = Math.min(count, Math.max(0, this.#begin - start));
    const until = Math.max(from, Math.min(count, this.#end - start));
    for (const to of [left, right]) {
      to.fill(0, 0, from);
      to.fill(0, until, count);
    }
    for (let i = from; i < until; ) {
      const slot = slotOf(start + i);
      const length = Math.min(until - i, CAPACITY - slot);
      left.set(this.#left.subarray(slot, slot + length), i);
      right.set(this.#right.subarray(slot, slot + length), i);
      i += length;
    }
  }

  clear(): void {
    this.#restart(0);
  }

  #restart(start: number): void {
    this.#begin = start;
    this.#end = start;
  }

  #fillHole(until: number): void {
    this.#ramp(this.#end - EDGE_SAMPLES, EDGE_SAMPLES, -1);
    for (let at = this.#end; at < until; at += 1) {
      this.#left[slotOf(at)] = 0;
      this.#right[slotOf(at)] = 0;
    }
    this.#end = until;
  }

  #copy(start: number, left: Float32Array, right: Float32Array): void {
    let taken = 0;
    while (taken < left.length) {
      const slot = slotOf(start + taken);
      const count = Math.min(left.length - taken, CAPACITY - slot);
      this.#left.set(left.subarray(taken, taken + count), slot);
      this.#right.set(right.subarray(taken, taken + count), slot);
      taken += count;
    }
  }

  /** `direction` 1 fades in over the samples, -1 out. */
  #ramp(start: number, count: number, direction: 1 | -1): void {
    for (let i = 0; i < count; i += 1) {
      if (start + i < this.#begin) continue;
      const slot = slotOf(start + i);
      const gain = (direction === 1 ? i : count - 1 - i) / count;
      this.#left[slot]! *= gain;
      this.#right[slot]! *= gain;
    }
  }
}

function slotOf(sample: number): number {
  return ((sample % CAPACITY) + CAPACITY) % CAPACITY;
}
