import { describe, expect, it } from "vitest";
import { FrameGrid } from "../../../../media/mixer/frame-grid.ts";

describe("the grid of key frames", () => {
  it("makes each frame when none is missed", () => {
    const grid = new FrameGrid(50);
    expect(grid.due(7, 7)).toEqual([7]);
    expect(grid.due(7, 6)).toEqual([]);
  });

  it("lets missed frames go, but never a key frame", () => {
    const grid = new FrameGrid(50);
    expect(grid.due(10, 14)).toEqual([14]);
    expect(grid.due(48, 53)).toEqual([50, 53]);
    expect(grid.due(48, 160)).toEqual([50, 100, 150, 160]);
  });

  it("makes the frames that begin a part, however late", () => {
    const grid = new FrameGrid(50, [0, 8, 16, 25, 33, 41]);
    expect(grid.due(3, 30)).toEqual([8, 16, 25, 30]);
    expect(grid.due(9, 15)).toEqual([15]);
    expect(grid.due(45, 60)).toEqual([50, 58, 60]);
    grid.restartAt(73);
    expect(grid.due(70, 90)).toEqual([73, 81, 89, 90]);
  });

  it("begins anew where a run of packaging begins", () => {
    const grid = new FrameGrid(50);
    grid.restartAt(73);
    expect([73, 123, 173].every((frame) => grid.isKey(frame))).toBe(true);
    expect([0, 50, 100].some((frame) => grid.isKey(frame))).toBe(false);
    expect(grid.untilKey(73)).toBe(0);
    expect(grid.untilKey(72)).toBe(1);
    expect(grid.untilKey(74)).toBe(49);
  });
});
