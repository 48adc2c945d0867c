import { describe, expect, it } from "vitest";
import { MIN_DELAY_MS, Playout, SharedDelay } from "../../../../media/mixer/source/playout.ts";

/** Read as soon as it came. */
function at(ms: number): { earliestMs: number; readMs: number } {
  return { earliestMs: ms, readMs: ms };
}

/** A second of sound, every packet on time. */
function hearSecond(playout: Playout, second: number): void {
  for (let n = 0; n < 50; n += 1) playout.observe(second * 1000 + n * 20, at(100 + second * 1000 + n * 20));
}

describe("when a source's samples are played", () => {
  it("is a fixed time after the quickest arrival", () => {
    const playout = new Playout(new SharedDelay(), "sound");
    for (let n = 0; n < 100; n += 1) playout.observe(7_000_000 + n * 20, at(500 + n * 20 + (n % 3) * 5));
    expect(playout.playAtMs(7_000_000)).toBeCloseTo(500 + MIN_DELAY_MS, 6);
    expect(playout.mediaAtMs(500 + MIN_DELAY_MS)).toBeCloseTo(7_000_000, 6);
  });

  it("keeps sound and picture of one peer together when one of them comes late", () => {
    const delay = new SharedDelay();
    const sound = new Playout(delay, "sound");
    const picture = new Playout(delay, "picture");
    for (let n = 0; n < 100; n += 1) {
      sound.observe(n * 20, at(100 + n * 20 + (n === 50 ? 150 : 0)));
      picture.observe(n * 20, at(100 + n * 20));
    }
    expect(delay.delayMs).toBeGreaterThan(150);
    expect(delay.delayMs).toBeLessThanOrEqual(300);
    expect(sound.playAtMs(0)).toBe(picture.playAtMs(0));
  });

  it("does not wait for what this process itself was late to read", () => {
    const delay = new SharedDelay();
    const sound = new Playout(delay, "sound");
    hearSecond(sound, 0);
    // Held up for 200 ms: ten packets are read in one go, and the sound of 1100 is still to be mixed.
    for (let n = 0; n < 10; n += 1) sound.observe(1000 + n * 20, { earliestMs: 1100, readMs: 1300 });
    expect(delay.delayMs).toBe(MIN_DELAY_MS);
    // The same from the network.
    for (let n = 0; n < 10; n += 1) sound.observe(1200 + n * 20, at(1500));
    expect(delay.delayMs).toBeGreaterThan(200);
  });

  it("comes down within twenty seconds from what happened once", () => {
    const delay = new SharedDelay();
    const sound = new Playout(delay, "sound");
    hearSecond(sound, 0);
    sound.observe(1000, at(1300));
    expect(delay.delayMs).toBeGreaterThan(200);
    hearSecond(sound, 2);
    expect(delay.delayMs).toBeGreaterThan(200);
    for (let second = 3; second < 21; second += 1) hearSecond(sound, second);
    expect(delay.delayMs).toBe(MIN_DELAY_MS);
  });

  it("falls to what happened twice when something worse happened once", () => {
    const delay = new SharedDelay();
    const sound = new Playout(delay, "sound");
    hearSecond(sound, 0);
    sound.observe(1000, at(1200));
    hearSecond(sound, 2);
    sound.observe(3000, at(3300));
    expect(delay.delayMs).toBe(240);
    for (let second = 4; second < 11; second += 1) hearSecond(sound, second);
    expect(delay.delayMs).toBeGreaterThan(140);
    expect(delay.delayMs).toBeLessThan(190);
  });

  it("stays up for what happens every few seconds", () => {
    const delay = new SharedDelay();
    const sound = new Playout(delay, "sound");
    const lowest: number[] = [];
    for (let second = 0; second < 60; second += 1) {
      hearSecond(sound, second);
      if (second % 4 !== 0) continue;
      if (second > 16) lowest.push(delay.delayMs);
      sound.observe(second * 1000 + 1000, at(second * 1000 + 1280));
    }
    expect(Math.min(...lowest)).toBeGreaterThan(200);
  });

  it("follows a sender whose timestamps jump", () => {
    const playout = new Playout(new SharedDelay(), "picture");
    playout.observe(0, at(100));
    expect(playout.observe(60_000, at(140))).toBe(true);
    expect(playout.playAtMs(60_000)).toBeCloseTo(140 + MIN_DELAY_MS, 6);
  });
});
