import { describe, expect, it } from "vitest";
import { cameraEncodings } from "../../../../client/src/room/camera-encodings.ts";
import { HALF_LAYER } from "../../../../media/stage/feed-layer.ts";

describe("what a camera sends", () => {
  it.each([
    { width: 1280, height: 720 },
    { width: 1920, height: 1080 },
    { width: 720, height: 1280 },
    { width: 1280, height: 960 },
  ])("is a half layer, no smaller than the node counts on, and the full one: $width × $height", (size) => {
    const [half, full, ...more] = cameraEncodings(size, true);
    expect(more).toEqual([]);
    expect(full!.scaleResolutionDownBy ?? 1).toBe(1);
    expect(half!.maxBitrate!).toBeLessThan(full!.maxBitrate! / 2);
    const sides = [size.width, size.height].map((side) => side / half!.scaleResolutionDownBy!);
    expect(Math.max(...sides)).toBeGreaterThanOrEqual(HALF_LAYER.widthPx);
    expect(Math.min(...sides)).toBeGreaterThanOrEqual(HALF_LAYER.heightPx);
  });

  it.each([{ width: 640, height: 360 }, { width: 640, height: 480 }, { width: 960, height: 540 }, {}])(
    "is one layer of a small camera, or one that does not tell its size: $width × $height",
    (size) => {
      expect(cameraEncodings(size, true)).toHaveLength(1);
    },
  );

  it("is the full layer alone in a browser that was not tried with two", () => {
    const [full, ...more] = cameraEncodings({ width: 1280, height: 720 }, false);
    expect(more).toEqual([]);
    expect(full!.scaleResolutionDownBy ?? 1).toBe(1);
  });
});
