import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PlaybackPath } from "../../../../client/src/player/playback-path.ts";
import { watchPath } from "../../../../client/src/player/watch-path.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A path by WebRTC that goes on all the time, on a line that is full or not. */
function watched() {
  const told: string[] = [];
  const line = { isFull: false };
  let progress = 0;
  const path = {
    name: "webrtc",
    readProgress: async () => ++progress,
    get isLineFull() {
      return line.isFull;
    },
  } as Partial<PlaybackPath> as PlaybackPath;
  const watch = watchPath(path, {
    onMoving: () => {},
    onSteady: () => told.push("steady"),
    onRoomy: () => told.push("roomy"),
    onTrusted: () => told.push("trusted"),
    onMending: () => told.push("mending"),
    onStalled: () => told.push("stalled"),
  });
  return { told, line, watch };
}

test("a line with room is steady and roomy after ten seconds, once", async () => {
  const { told, watch } = watched();
  await vi.advanceTimersByTimeAsync(9_500);
  expect(told).toEqual([]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told).toEqual(["steady", "roomy"]);
  watch.close();
});

test("a full line is not asked for more until it has room", async () => {
  const { told, line, watch } = watched();
  line.isFull = true;
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told).toEqual(["steady"]);
  line.isFull = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(told).toEqual(["steady", "roomy"]);
  watch.close();
});
