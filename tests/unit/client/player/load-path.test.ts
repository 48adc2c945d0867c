/* A way's code that comes late must not take the element from the way that was taken meanwhile. */
import { expect, test, vi } from "vitest";
import { loadPath } from "../../../../client/src/player/load-path.ts";
import type { PathRequest } from "../../../../client/src/player/programme-player.ts";

const takeEntrance = vi.hoisted(() => vi.fn());
vi.mock("../../../../client/src/player/held-entrance.ts", () => ({ takeEntrance }));

/** Anything done to the element is a fault. */
const video = new Proxy({} as HTMLVideoElement, {
  get(_, name) {
    throw new Error(`read ${String(name)}`);
  },
  set(_, name) {
    throw new Error(`wrote ${String(name)}`);
  },
});
const request: PathRequest = {
  video,
  programme: { kind: "live", stageId: "s", broadcastId: "b", playlistUrl: "/main.m3u8", liveSinceMs: 0 },
  startSeconds: null,
  isAudioOnly: false,
  quality: "auto",
  now: () => 0,
  isWanted: () => false,
  onFailed: () => {},
  onEnded: () => {},
  onChangeOver: () => {},
};

test.each(["webrtc", "hls"] as const)(
  "%s that is not wanted any more leaves the element alone",
  async (name) => {
    await expect(loadPath(name, request)).rejects.toThrow("another way was taken meanwhile");
    expect(takeEntrance).not.toHaveBeenCalled();
  },
);
