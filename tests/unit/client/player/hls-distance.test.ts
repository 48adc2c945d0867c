import { describe, expect, it } from "vitest";
import { HlsDistance } from "../../../../client/src/player/hls-distance.ts";

const HOLD_BACK = 1.26;

/** Playlists three times a second until `toMs`; gives the last distance. */
function play(distance: HlsDistance, fromMs: number, toMs: number): number {
  let seconds = Number.NaN;
  for (let ms = fromMs; ms <= toMs; ms += 333) seconds = distance.seconds(HOLD_BACK, ms);
  return seconds;
}

describe("how far behind the live edge HLS is played", () => {
  it("is what the playlist wants, whatever happened while it began", () => {
    const distance = new HlsDistance();
    distance.addStall(500);
    expect(play(distance, 1_000, 3_000)).toBe(HOLD_BACK);
    distance.addStall(3_100);
    expect(play(distance, 3_333, 10_000)).toBe(HOLD_BACK);
  });

  it("follows a playlist that wants more", () => {
    const distance = new HlsDistance();
    play(distance, 0, 10_000);
    expect(distance.seconds(2.1, 10_333)).toBe(2.1);
  });

  it("grows with every stall up to two seconds, and comes back when none follows", () => {
    const distance = new HlsDistance();
    play(distance, 0, 10_000);
    distance.addStall(10_000);
    expect(play(distance, 10_000, 25_000)).toBeCloseTo(HOLD_BACK + 0.5);
    for (let n = 0; n < 9; n += 1) distance.addStall(25_000);
    expect(distance.seconds(HOLD_BACK, 25_000)).toBeCloseTo(HOLD_BACK + 2);
    expect(play(distance, 25_000, 120_000)).toBe(HOLD_BACK);
  });

  it("tries to come nearer half as often each time that this brought a stall", () => {
    const distance = new HlsDistance();
    play(distance, 0, 10_000);
    const tries: number[] = [];
    distance.addStall(10_000);
    let changedMs = 10_000;
    for (let ms = 10_000; tries.length < 4; ms += 333) {
      if (distance.seconds(HOLD_BACK, ms) > HOLD_BACK) continue;
      tries.push(Math.round((ms - changedMs) / 1000));
      distance.addStall(ms);
      changedMs = ms;
    }
    expect(tries).toEqual([20, 40, 80, 160]);
  });
});
