import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CEILING, Limiter } from "../../../../media/mixer/sound/limiter.ts";
import { BLOCK_SAMPLES, createBlock, type SoundBlock } from "../../../../media/mixer/sound/sound-block.ts";
import { SoundBuffer } from "../../../../media/mixer/sound/sound-buffer.ts";
import { SoundTap } from "../../../../media/mixer/sound/sound-tap.ts";

function blockOf(level: (sample: number) => number, first = 0): SoundBlock {
  const block = createBlock();
  for (let i = 0; i < BLOCK_SAMPLES; i += 1) block.left[i] = block.right[i] = level(first + i);
  return block;
}

function peak(block: SoundBlock): number {
  return Math.max(...block.left.map(Math.abs), ...block.right.map(Math.abs));
}

/** Largest step between neighbouring samples. */
function roughness(samples: number[]): number {
  let worst = 0;
  for (let i = 1; i < samples.length; i += 1)
    worst = Math.max(worst, Math.abs(samples[i]! - samples[i - 1]!));
  return worst;
}

const sine = (hertz: number, level: number) => (sample: number) =>
  level * Math.sin((2 * Math.PI * hertz * sample) / 48_000);

describe("the limiter", () => {
  it("leaves quiet sound as it is, 5 ms later", () => {
    const limiter = new Limiter();
    const level = sine(440, 0.5);
    let worst = 0;
    for (let block = 0; block < 20; block += 1) {
      const out = blockOf(level, block * BLOCK_SAMPLES);
      limiter.process(out);
      for (let i = 0; i < BLOCK_SAMPLES; i += 1) {
        const sample = block * BLOCK_SAMPLES + i - 240;
        if (sample >= 0) worst = Math.max(worst, Math.abs(out.left[i]! - level(sample)));
      }
    }
    expect(worst).toBeLessThan(1e-3);
  });

  it("never lets anything over the ceiling, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 40, maxLength: 40 }),
        (levels) => {
          const limiter = new Limiter();
          for (const [number, height] of levels.entries()) {
            const block = blockOf((sample) => height * ((sample * 7919) % 13 > 6 ? 1 : -1), number);
            limiter.process(block);
            expect(peak(block)).toBeLessThanOrEqual(CEILING + 1e-4);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it("comes back after a loud moment", () => {
    const limiter = new Limiter();
    for (let block = 0; block < 10; block += 1) limiter.process(blockOf(sine(440, 4), block * BLOCK_SAMPLES));
    let out = createBlock();
    for (let block = 0; block < 50; block += 1) {
      out = blockOf(sine(440, 0.5), block * BLOCK_SAMPLES);
      limiter.process(out);
    }
    expect(peak(out)).toBeGreaterThan(0.48);
  });
});

/** A source with a tone, written as packets of 20 ms; `written` packets. */
function toneBuffer(packets: number, level = sine(440, 0.5), skip: number[] = []): SoundBuffer {
  const buffer = new SoundBuffer();
  for (let packet = 0; packet < packets; packet += 1) {
    const block = blockOf(level, packet * BLOCK_SAMPLES);
    if (!skip.includes(packet)) buffer.write(packet * BLOCK_SAMPLES, block.left, block.right);
  }
  return buffer;
}

function play(tap: SoundTap, blocks: number, audible: (block: number) => boolean): number[] {
  const out: number[] = [];
  for (let number = 0; number < blocks; number += 1) {
    const mix = createBlock();
    tap.mixInto(mix, number * 20, audible(number));
    out.push(...mix.left);
  }
  return out;
}

/** A 440 Hz tone of level 0.5 never steps further than this. */
const SMOOTH = 0.5 * ((2 * Math.PI * 440) / 48_000) * 1.6;

describe("a source in the mix", () => {
  it("plays what belongs to the instant, sample for sample", () => {
    const tap = new SoundTap(toneBuffer(60), (nowMs) => nowMs * 48);
    const out = play(tap, 50, () => true);
    const level = sine(440, 0.5);
    for (let sample = 4800; sample < 48_000; sample += 1) expect(out[sample]).toBeCloseTo(level(sample), 5);
  });

  it("comes and goes without a click", () => {
    const tap = new SoundTap(toneBuffer(110), (nowMs) => nowMs * 48);
    const out = play(tap, 100, (block) => block >= 10 && block < 50);
    expect(roughness(out)).toBeLessThan(SMOOTH);
    expect(Math.max(...out.slice(0, 9600))).toBe(0);
    expect(Math.max(...out.slice(54 * 960))).toBe(0);
    expect(tap.isSilent).toBe(true);
  });

  it("passes a hole of lost packets without a click", () => {
    const tap = new SoundTap(toneBuffer(110, undefined, [40, 41, 42]), (nowMs) => nowMs * 48);
    expect(roughness(play(tap, 100, () => true))).toBeLessThan(0.02 + SMOOTH);
  });

  it("runs dry and begins again without a click", () => {
    const buffer = toneBuffer(30);
    const tap = new SoundTap(buffer, (nowMs) => nowMs * 48);
    const out = play(tap, 60, () => true);
    expect(roughness(out)).toBeLessThan(0.02 + SMOOTH);
    expect(Math.max(...out.slice(31 * 960))).toBe(0);
  });

  it("follows a source whose clock drifts, without a jump", () => {
    const tap = new SoundTap(toneBuffer(190), (nowMs) => nowMs * 48 * 1.001 + 2400);
    expect(roughness(play(tap, 180, () => true).slice(9600))).toBeLessThan(SMOOTH);
  });

  it("catches up by 1.5 % and no faster, without a jump", () => {
    const ahead = (nowMs: number) => nowMs * 48 + (nowMs >= 500 ? 2000 : 0) + 9600;
    const out = play(new SoundTap(toneBuffer(190), ahead), 76, () => true);
    expect(roughness(out.slice(4800))).toBeLessThan(SMOOTH);
    const level = sine(440, 0.5);
    // Fifty blocks after it began to.
    const place = 72_000 + 9600 + 50 * BLOCK_SAMPLES * 0.015;
    for (let n = 0; n < BLOCK_SAMPLES; n += 1) {
      expect(out[72_000 + n]).toBeCloseTo(level(place + 1.015 * n), 3);
    }
  });

  it("jumps without a click when it is far off its place", () => {
    const late = (nowMs: number) => nowMs * 48 - (nowMs >= 500 ? 4800 : 0) + 9600;
    const out = play(new SoundTap(toneBuffer(130), late), 60, () => true);
    expect(roughness(out.slice(4800))).toBeLessThan(SMOOTH * 1.5);
    const level = sine(440, 0.5);
    expect(out[40_000]).toBeCloseTo(level(40_000 + 4800), 4);
  });

  it("tells its level", () => {
    const tap = new SoundTap(toneBuffer(60), (nowMs) => nowMs * 48);
    play(tap, 50, () => false);
    expect(tap.takeLevelDb()).toBeCloseTo(-9.03, 0);
    expect(tap.takeLevelDb()).toBe(-100);
  });
});

describe("sound that is kept", () => {
  it("is read as it was written, over its ring's end too, and is silent where nothing is held", () => {
    const buffer = new SoundBuffer();
    const level = (sample: number) => (sample % 977) / 977;
    const first = 10_000;
    for (let packet = 0; packet < 450; packet += 1) {
      const at = first + packet * BLOCK_SAMPLES;
      const block = blockOf(level, at);
      buffer.write(
        at,
        block.left,
        block.right.map((one) => -one),
      );
    }
    const [left, right] = [new Float32Array(1000), new Float32Array(1000)];
    const wrong: number[] = [];
    for (let start = buffer.begin - 1500; start < buffer.end + 1500; start += 331) {
      left.fill(9);
      right.fill(9);
      buffer.read(start, 990, left, right);
      for (let i = 0; i < 1000; i += 1) {
        const isHeld = start + i >= buffer.begin && start + i < buffer.end;
        const expected = i >= 990 ? 9 : isHeld ? Math.fround(level(start + i)) : 0;
        if (left[i] !== expected || Math.abs(right[i]!) !== expected) wrong.push(start + i);
      }
    }
    expect(wrong).toEqual([]);
  });
});
