import { describe, expect, it } from "vitest";
import { hasRoomBelow, lettersThatFit } from "../../../../media/mixer/picture/label.ts";
import { fitPicture, layoutPlaces } from "../../../../media/mixer/picture/layout.ts";

const canvas = { widthPx: 1280, heightPx: 720 };
const camera = { widthPx: 1280, heightPx: 720 };

describe("where a name goes", () => {
  it("is below the speaker's picture beside slides, where it covers no face", () => {
    const place = layoutPlaces("slides-with-speaker", canvas, 2)[1]!;
    const { target } = fitPicture(camera, place, { mayCrop: true });
    expect(hasRoomBelow(target, place, canvas.heightPx)).toBe(true);
    const below = lettersThatFit(target, { canvasHeightPx: 720, isBelow: true });
    expect(below).toBeGreaterThan(lettersThatFit(target, { canvasHeightPx: 720, isBelow: false }));
    expect(below).toBeGreaterThanOrEqual("Aino Lehtokangas".length);
  });

  it("is over a picture that fills its place", () => {
    for (const [layout, count] of [
      ["full", 1],
      ["side-by-side", 2],
      ["interview", 4],
    ] as const)
      for (const place of layoutPlaces(layout, canvas, count)) {
        const { target } = fitPicture(camera, place, { mayCrop: true });
        expect(hasRoomBelow(target, place, canvas.heightPx)).toBe(false);
      }
  });
});
