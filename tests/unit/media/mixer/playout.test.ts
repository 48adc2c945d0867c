import { describe, expect, it } from "vitest";
import { MIN_DELAY_MS, Playout, SharedDelay } from "../../../../media/mixer/source/playout.ts";

describe("when a source's samples are played", () => {
  it("is a fixed time after the quickest arrival", () => {
    const playout = new Playout(new SharedDelay(), "sound");
    for (let n = 0; n < 100; n += 1) playout.observe(7_000_000 + n * 20, 500 + n * 20 + (n % 3) * 5);
    expect(playout.playAtMs(7_000_000)).toBeCloseTo(500 + MIN_DELAY_MS, 6);
    expect(playout.mediaAtMs(500 + MIN_DELAY_MS)).toBeCloseTo(7_000_000, 6);
  });

  it("keeps sound and picture of one peer together when one of them comes late", () => {
    const delay = new SharedDelay();
    const sound = new Playout(delay, "sound");
    const picture = new Playout(delay, "picture");
    for (let n = 0; n < 100; n += 1) {
      sound.observe(n * 20, 100 + n * 20 + (n === 50 ? 150 : 0));
      picture.observe(n * 20, 100 + n * 20);
    }
    expect(delay.delayMs).toBeGreaterThan(150);
    expect(delay.delayMs).toBeLessThanOrEqual(300);
    expect(sound.playAtMs(0)).toBe(picture.playAtMs(0));
  });

  it("comes down again, slowly, when all is on time", () => {
    const delay = new SharedDelay();
    const sound = new Playout(delay, "sound");
    sound.observe(0, 100);
    sound.observe(20, 320);
    const high = delay.delayMs;
    for (let n = 2; n < 3000; n += 1) sound.observe(n * 20, 100 + n * 20);
    expect(high).toBeGreaterThan(200);
    expect(delay.delayMs).toBeLessThan(high);
    expect(delay.delayMs).toBeGreaterThanOrEqual(MIN_DELAY_MS);
  });

  it("follows a sender whose timestamps jump", () => {
    const playout = new Playout(new SharedDelay(), "picture");
    playout.observe(0, 100);
    expect(playout.observe(60_000, 140)).toBe(true);
    expect(playout.playAtMs(60_000)).toBeCloseTo(140 + MIN_DELAY_MS, 6);
  });
});
