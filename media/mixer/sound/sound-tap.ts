import { BLOCK_SAMPLES, createBlock, rmsDb, SAMPLE_RATE, type SoundBlock } from "./sound-block.ts";
import { EDGE_SAMPLES, type SoundBuffer } from "./sound-buffer.ts";

/** A change of audible takes 40 ms. */
const GAIN_STEP = BLOCK_SAMPLES / (SAMPLE_RATE * 0.04);
/**
 * Off by more than this the reading place jumps, in a crossfade of 10 ms; less is caught up by playing up to 1.5 %
 * faster or slower. Pictures follow a changed delay at once, so this is also how far sound may lag behind them.
 */
const JUMP_SAMPLES = SAMPLE_RATE * 0.045;
const CROSSFADE_SAMPLES = 480;
const START_CORRECTION = SAMPLE_RATE * 0.004;
const MAX_RATE_CHANGE = 0.015;
/** What a block is made of at the highest rate. */
const MAX_SPAN = Math.ceil(BLOCK_SAMPLES * (1 + MAX_RATE_CHANGE)) + 2;

/** Reads one source at the place that the clock wants, and fades it in and out of the mix. */
export class SoundTap {
  readonly #buffer: SoundBuffer;
  /** Sample of the source that belongs to a programme time; `null` while unknown. */
  readonly #sampleAt: (nowMs: number) => number | null;
  readonly #block: SoundBlock = createBlock();
  readonly #rawLeft = new Float32Array(MAX_SPAN);
  readonly #rawRight = new Float32Array(MAX_SPAN);
  #position: number | null = null;
  #isCorrecting = false;
  #isStarved = true;
  /** Where the last block would have gone on, in the block after a jump. */
  #jumpedFrom: number | null = null;
  #gain = 0;
  #squares = 0;
  #counted = 0;

  constructor(buffer: SoundBuffer, sampleAt: (nowMs: number) => number | null) {
    this.#buffer = buffer;
    this.#sampleAt = sampleAt;
  }

  /** True once it has faded out. */
  get isSilent(): boolean {
    return this.#gain === 0;
  }

  /** Adds 20 ms from `nowMs` on to `mix`. */
  mixInto(mix: SoundBlock, nowMs: number, isAudible: boolean): void {
    const wanted = this.#sampleAt(nowMs);
    const target = isAudible ? 1 : 0;
    if (wanted === null) {
      this.#gain = target;
      return;
    }
    this.#read(wanted);
    const { left, right } = this.#block;
    const from = this.#gain;
    const to = from + Math.max(-GAIN_STEP, Math.min(GAIN_STEP, target - from));
    this.#gain = to;
    const step = (to - from) / BLOCK_SAMPLES;
    let squares = 0;
    for (let i = 0; i < BLOCK_SAMPLES; i += 1) {
      squares += left[i]! * left[i]! + right[i]! * right[i]!;
      const gain = from + step * i;
      mix.left[i]! += left[i]! * gain;
      mix.right[i]! += right[i]! * gain;
    }
    this.#squares += squares / 2;
    this.#counted += BLOCK_SAMPLES;
  }

  /** dBFS RMS since the last call, before fading. */
  takeLevelDb(): number {
    const level = rmsDb(this.#squares, this.#counted);
    this.#squares = 0;
    this.#counted = 0;
    return level;
  }

  #read(wanted: number): void {
    const rate = this.#steer(wanted);
    const position = this.#position!;
    const span = rate === 1 ? BLOCK_SAMPLES : Math.ceil(BLOCK_SAMPLES * rate) + 2;
    const first = Math.floor(position);
    this.#buffer.read(first, span, this.#rawLeft, this.#rawRight);
    const { left, right } = this.#block;
    if (rate === 1) {
      left.set(this.#rawLeft.subarray(0, BLOCK_SAMPLES));
      right.set(this.#rawRight.subarray(0, BLOCK_SAMPLES));
      this.#position = first + BLOCK_SAMPLES;
    } else {
      for (let i = 0; i < BLOCK_SAMPLES; i += 1) {
        const at = position - first + i * rate;
        const whole = Math.floor(at);
        const part = at - whole;
        left[i] = this.#rawLeft[whole]! * (1 - part) + this.#rawLeft[whole + 1]! * part;
        right[i] = this.#rawRight[whole]! * (1 - part) + this.#rawRight[whole + 1]! * part;
      }
      this.#position = position + BLOCK_SAMPLES * rate;
    }
    const isCrossfading = this.#jumpedFrom !== null && !this.#isStarved;
    this.#softenEdges(first);
    if (isCrossfading) this.#crossfade(this.#jumpedFrom!);
    this.#jumpedFrom = null;
  }

  #crossfade(from: number): void {
    this.#buffer.read(Math.round(from), CROSSFADE_SAMPLES, this.#rawLeft, this.#rawRight);
    const { left, right } = this.#block;
    for (let i = 0; i < CROSSFADE_SAMPLES; i += 1) {
      const share = i / CROSSFADE_SAMPLES;
      left[i] = left[i]! * share + this.#rawLeft[i]! * (1 - share);
      right[i] = right[i]! * share + this.#rawRight[i]! * (1 - share);
    }
  }

  /** Moves the reading place towards the wanted one; answers the rate to play at. */
  #steer(wanted: number): number {
    if (this.#position === null || Math.abs(wanted - this.#position) > JUMP_SAMPLES) {
      this.#jumpedFrom = this.#position;
      this.#position = Math.round(wanted);
      this.#isCorrecting = false;
      return 1;
    }
    const error = wanted - this.#position;
    if (Math.abs(error) > START_CORRECTION) this.#isCorrecting = true;
    else if (Math.abs(error) < 48) this.#isCorrecting = false;
    if (!this.#isCorrecting) return 1;
    const change = error / SAMPLE_RATE;
    return 1 + Math.max(-MAX_RATE_CHANGE, Math.min(MAX_RATE_CHANGE, change));
  }

  /** Fades where the sound that is there begins or is about to run out. */
  #softenEdges(first: number): void {
    const { left, right } = this.#block;
    const held = Math.min(this.#buffer.end - first, BLOCK_SAMPLES + EDGE_SAMPLES);
    if (held <= 0) {
      this.#isStarved = true;
      return;
    }
    if (this.#isStarved) {
      for (let i = 0; i < EDGE_SAMPLES; i += 1) {
        left[i]! *= i / EDGE_SAMPLES;
        right[i]! *= i / EDGE_SAMPLES;
      }
    }
    this.#isStarved = held < BLOCK_SAMPLES + EDGE_SAMPLES;
    if (!this.#isStarved) return;
    const end = Math.min(held, BLOCK_SAMPLES);
    for (let i = 1; i <= Math.min(EDGE_SAMPLES, end); i += 1) {
      left[end - i]! *= (i - 1) / EDGE_SAMPLES;
      right[end - i]! *= (i - 1) / EDGE_SAMPLES;
    }
  }
}
