import { expect, test } from "vitest";
import { sanitise } from "../../../../client/src/player/player-settings.ts";

const defaults = sanitise({});

test.each([null, 7, "x", [], { volume: 7, isMuted: "yes", quality: "4k", preference: 1 }])(
  "falls back to the defaults on %j",
  (kept) => {
    expect(sanitise(kept)).toEqual(defaults);
  },
);

test("keeps what is valid beside what is not", () => {
  expect(sanitise({ volume: 0.3, isMuted: true, quality: "4k", preference: "hls" })).toEqual({
    ...defaults,
    volume: 0.3,
    isMuted: true,
    preference: "hls",
  });
});
