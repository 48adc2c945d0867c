/** All sound in the mixer: 48 kHz, stereo, 32-bit float, in blocks of 20 ms. */
export const SAMPLE_RATE = 48_000;
export const BLOCK_MS = 20;
export const BLOCK_SAMPLES = 960;

export interface SoundBlock {
  left: Float32Array;
  right: Float32Array;
}

export function createBlock(): SoundBlock {
  return { left: new Float32Array(BLOCK_SAMPLES), right: new Float32Array(BLOCK_SAMPLES) };
}

/** Level of silence, so that a level is always a finite number. */
const SILENCE_DB = -100;

/** dBFS RMS of a sum of squares over `count` samples. */
export function rmsDb(sumOfSquares: number, count: number): number {
  if (count === 0 || sumOfSquares <= 0) return SILENCE_DB;
  return Math.max(SILENCE_DB, 10 * Math.log10(sumOfSquares / count));
}
