import { Limiter } from "./limiter.ts";
import { BLOCK_SAMPLES, createBlock, rmsDb, type SoundBlock } from "./sound-block.ts";
import type { SoundTap } from "./sound-tap.ts";

/** Sums what is heard into blocks of 20 ms, under the limiter. */
export class SoundProgramme {
  readonly #block = createBlock();
  readonly #limiter = new Limiter();
  #squares = 0;
  #counted = 0;

  /** The block is the mixer's own and is overwritten by the next call. */
  mix(taps: Iterable<{ tap: SoundTap; isAudible: boolean }>, nowMs: number): SoundBlock {
    const block = this.#block;
    block.left.fill(0);
    block.right.fill(0);
    for (const { tap, isAudible } of taps) tap.mixInto(block, nowMs, isAudible);
    this.#limiter.process(block);
    let squares = 0;
    for (let i = 0; i < BLOCK_SAMPLES; i += 1) squares += block.left[i]! ** 2 + block.right[i]! ** 2;
    this.#squares += squares / 2;
    this.#counted += BLOCK_SAMPLES;
    return block;
  }

  /** dBFS RMS since the last call. */
  takeLevelDb(): number {
    const level = rmsDb(this.#squares, this.#counted);
    this.#squares = 0;
    this.#counted = 0;
    return level;
  }
}
