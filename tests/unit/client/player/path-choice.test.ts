import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  nextPathState,
  type PathInput,
  type PathState,
  type Preference,
  restMs,
} from "../../../../client/src/player/path-choice.ts";

const both = ["webrtc", "hls"] as const;

function run(inputs: PathInput[], from: PathState = { phase: "none" }): PathState {
  return inputs.reduce((state, input) => nextPathState(state, input) ?? state, from);
}
const open = (preference: Preference = "auto", ways: readonly ("webrtc" | "hls")[] = both): PathInput => ({
  type: "open",
  preference,
  ways,
});
const failed: PathInput = { type: "failed" };
const playing: PathInput = { type: "playing" };

describe("choosing the way", () => {
  test("tries WebRTC first", () => {
    expect(run([open()])).toMatchObject({ phase: "trying", path: "webrtc" });
  });

  test("goes to HLS when WebRTC does not connect", () => {
    expect(run([open(), failed])).toMatchObject({ phase: "trying", path: "hls" });
    expect(run([open(), failed, playing])).toMatchObject({ phase: "playing", path: "hls" });
  });

  test("begins with HLS where that was chosen, and where there is nothing else", () => {
    expect(run([open("hls")])).toMatchObject({ path: "hls" });
    expect(run([open("auto", ["hls"])])).toMatchObject({ path: "hls" });
    expect(run([open("webrtc", ["hls"])])).toMatchObject({ path: "hls" });
  });

  test("has nothing to do without any way", () => {
    expect(run([open("auto", [])])).toEqual({ phase: "none" });
  });

  test("tries a way that played and broke once more before the other", () => {
    const broken = run([open(), playing, failed]);
    expect(broken).toMatchObject({ phase: "trying", path: "webrtc" });
    expect(run([failed], broken)).toMatchObject({ phase: "trying", path: "hls" });
  });

  test("goes to the other way when what was brought back breaks at once", () => {
    const state = run([open(), failed, playing, failed, playing, failed]);
    expect(state).toMatchObject({ phase: "resting", path: "webrtc" });
    const steady = run([open(), failed, playing, { type: "steady" }, failed]);
    expect(steady).toMatchObject({ phase: "trying", path: "hls", failures: 1 });
  });

  test("rests when nothing works, and begins anew", () => {
    const resting = run([open(), failed, failed, failed]);
    expect(resting.phase).toBe("resting");
    expect(run([{ type: "rested" }], resting).phase).toBe("trying");
  });

  test("begins afresh with the way it likes best when the network is back, unless it plays or just began", () => {
    const back = { type: "networkBack" } as const;
    const tryingHls = run([open(), playing, failed, failed]);
    expect(tryingHls).toMatchObject({ phase: "trying", path: "hls", failures: 2 });
    const afresh = run([back], tryingHls);
    expect(afresh).toMatchObject({ phase: "trying", path: "webrtc", failures: 1, isWebrtcDoubtful: false });
    expect(nextPathState(afresh, back)).toBeNull();
    expect(run([back], run([open(), failed, failed, failed]))).toMatchObject({
      phase: "trying",
      path: "webrtc",
    });
    expect(nextPathState(run([open(), failed, playing]), back)).toBeNull();
    expect(nextPathState(run([open()]), back)).toBeNull();
    // Requests of HLS that went out before may hang for long: a new beginning is sooner.
    const byHand = run([open("hls"), playing, failed]);
    expect(byHand).toMatchObject({ phase: "trying", path: "hls", failures: 1 });
    expect(nextPathState(byHand, back)).toEqual(byHand);
  });

  test("returns to WebRTC once it was seen to work beside HLS, and only where it would be had", () => {
    const works = { type: "webrtcWorks" } as const;
    const standIn = run([open(), failed, playing]);
    expect(run([works], standIn)).toMatchObject({
      phase: "trying",
      path: "webrtc",
      failures: 0,
      isWebrtcDoubtful: false,
    });
    expect(nextPathState(run([open("hls"), playing]), works)).toBeNull();
    expect(nextPathState(run([{ type: "rewind" }], standIn), works)).toBeNull();
    expect(nextPathState(run([open("auto", ["hls"]), playing]), works)).toBeNull();
    expect(nextPathState(run([open(), playing]), works)).toBeNull();
    expect(run([works, failed, playing], standIn)).toMatchObject({ phase: "playing", path: "hls" });
  });

  test("stays with HLS when a hand chose it, however often it fails", () => {
    let state = run([open("hls")]);
    for (let turn = 0; turn < 10; turn++) {
      state = run([failed, { type: "rested" }], state);
      expect(state).toMatchObject({ path: "hls" });
    }
  });

  test("switches by hand, back and forth", () => {
    const state = run([open(), playing, { type: "choose", preference: "hls" }]);
    expect(state).toMatchObject({ phase: "trying", path: "hls" });
    expect(run([playing, { type: "choose", preference: "webrtc" }], state)).toMatchObject({
      phase: "trying",
      path: "webrtc",
    });
  });

  test("changes nothing when the hand chooses what plays", () => {
    expect(run([open(), playing, { type: "choose", preference: "webrtc" }])).toMatchObject({
      phase: "playing",
      path: "webrtc",
      preference: "webrtc",
    });
  });

  test("fetches the past over HLS and goes back to WebRTC for the live edge", () => {
    const past = run([open(), playing, { type: "rewind" }]);
    expect(past).toMatchObject({ phase: "trying", path: "hls", isRewound: true });
    expect(run([playing, { type: "goLive" }], past)).toMatchObject({ phase: "trying", path: "webrtc" });
  });

  test("goes to the live edge over HLS where WebRTC did not work", () => {
    const past = run([open(), failed, playing, { type: "rewind" }]);
    expect(past).toMatchObject({ phase: "playing", path: "hls", isRewound: true });
    expect(run([{ type: "goLive" }], past)).toMatchObject({
      phase: "playing",
      path: "hls",
      isRewound: false,
    });
  });

  test("does not leave the past when it breaks", () => {
    const past = run([open(), playing, { type: "rewind" }, playing, failed, failed]);
    expect(past).toMatchObject({ path: "hls", isRewound: true });
  });
});

test("whatever happens, it only goes ways that there are, and rests before long", () => {
  const input = fc.oneof(
    fc.constantFrom<PathInput>(
      playing,
      failed,
      failed,
      failed,
      { type: "rested" },
      { type: "webrtcWorks" },
      { type: "steady" },
      { type: "rewind" },
      { type: "goLive" },
    ),
    fc
      .constantFrom<Preference>("auto", "webrtc", "hls")
      .map((preference) => ({ type: "choose" as const, preference })),
  );
  const ways = fc.constantFrom<("webrtc" | "hls")[]>(["webrtc"], ["hls"], ["webrtc", "hls"]);
  fc.assert(
    fc.property(ways, fc.array(input, { maxLength: 60 }), (has, inputs) => {
      let state: PathState = run([open("auto", has)]);
      let failures = 0;
      for (const one of inputs) {
        state = run([one], state);
        failures = one.type === "failed" ? failures + 1 : 0;
        if (state.phase === "none") return false;
        if (!has.includes(state.path)) return false;
        if (failures >= 4 && state.phase !== "resting") return false;
      }
      return true;
    }),
  );
});

test("rests grow, end at some seconds, and spread the viewers", () => {
  expect(restMs(3, 0)).toBeLessThan(restMs(5, 0));
  expect(restMs(50, 0.99)).toBeLessThanOrEqual(22_500);
  expect(restMs(3, 0)).not.toBe(restMs(3, 0.9));
});
