import { describe, expect, it } from "vitest";
import type { Scene } from "../../../../media/mixer/mixer-messages.ts";
import { HALF_LAYER, isLayerEnough } from "../../../../media/stage/feed-layer.ts";

const canvas = { widthPx: 1280, heightPx: 720 };
const scene = (layout: Scene["layout"], ...sourceIds: string[]): Scene => ({
  layout,
  pictures: sourceIds.map((sourceId) => ({ sourceId, label: "" })),
  audible: [],
});

describe("a camera's half layer", () => {
  it.each([
    { what: "alone", of: scene("full", "a"), isEnough: false },
    { what: "one of two", of: scene("side-by-side", "b", "a"), isEnough: true },
    { what: "one of four", of: scene("interview", "a", "b", "c", "d"), isEnough: true },
    { what: "a fifth without a place", of: scene("interview", "b", "c", "d", "e", "a"), isEnough: true },
    { what: "beside slides", of: scene("slides-with-speaker", "s", "a"), isEnough: true },
    { what: "in the slides' place", of: scene("slides-with-speaker", "a", "b"), isEnough: false },
    { what: "left alone of a pair", of: scene("side-by-side", "a"), isEnough: false },
    { what: "the large one of two", of: scene("picture-in-picture", "a", "b"), isEnough: false },
    { what: "the small one of two", of: scene("picture-in-picture", "b", "a"), isEnough: true },
    { what: "not shown", of: scene("full", "b"), isEnough: true },
    { what: "under the slate", of: scene("slate"), isEnough: true },
  ])("$what: $isEnough", ({ of, isEnough }) => {
    expect(isLayerEnough(HALF_LAYER, "a", { scene: of, canvas })).toBe(isEnough);
  });

  it("is enough for the whole of a canvas that is no larger", () => {
    expect(isLayerEnough(HALF_LAYER, "a", { scene: scene("full", "a"), canvas: HALF_LAYER })).toBe(true);
  });

  it("is not enough in a larger canvas, or when it came smaller than agreed; upright it is", () => {
    const pair = scene("side-by-side", "a", "b");
    const large = { widthPx: 1920, heightPx: 1080 };
    expect(isLayerEnough(HALF_LAYER, "a", { scene: pair, canvas: large })).toBe(false);
    expect(isLayerEnough({ widthPx: 480, heightPx: 270 }, "a", { scene: pair, canvas })).toBe(false);
    expect(isLayerEnough({ widthPx: 360, heightPx: 640 }, "a", { scene: pair, canvas })).toBe(true);
  });
});
