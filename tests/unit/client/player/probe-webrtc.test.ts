import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { takeEntrance } from "../../../../client/src/player/held-entrance.ts";
import { probeWebrtc } from "../../../../client/src/player/probe-webrtc.ts";

/** A place in an audience, with as many packets as the test lets come. */
function fakeEntrance() {
  let phase = "open";
  let packets = 0;
  return {
    stream: {},
    comesMedia: true,
    subscribe: () => () => {},
    getSnapshot: () => ({ phase }),
    async readProgress() {
      packets += this.comesMedia ? 100 : 0;
      return packets;
    },
    setAudioOnly() {},
    close() {
      phase = "closed";
    },
  };
}

const entrances: ReturnType<typeof fakeEntrance>[] = [];
vi.mock("../../../../client/src/room/audience-entrance.ts", () => ({
  openAudienceEntrance: () => {
    const entrance = fakeEntrance();
    entrances.push(entrance);
    return entrance;
  },
}));

beforeEach(() => {
  vi.useFakeTimers();
  entrances.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const options = { isAudioOnly: false, quality: "auto" } as const;

test("what works is held for the path that comes, and outlives the probe", async () => {
  const abort = new AbortController();
  const probing = probeWebrtc("s", options, abort.signal);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await probing).toBe(true);
  abort.abort();
  expect(takeEntrance("s", options)).toBe(entrances[0]);
  expect(entrances[0]!.getSnapshot().phase).toBe("open");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(entrances).toHaveLength(1);
  expect(entrances[0]!.getSnapshot().phase).toBe("open");
});

test("ends at once when it is aborted, so that it does not leave the room for whoever enters next", async () => {
  const abort = new AbortController();
  const probing = probeWebrtc("s", options, abort.signal);
  await vi.advanceTimersByTimeAsync(1_500);
  abort.abort();
  expect(entrances[0]!.getSnapshot().phase).toBe("closed");
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await probing).toBe(false);
});

test("does not enter when it was aborted before it began", async () => {
  expect(await probeWebrtc("s", options, AbortSignal.abort())).toBe(false);
  expect(entrances).toHaveLength(0);
});

test("gives up, and leaves, where no media comes", async () => {
  const probing = probeWebrtc("s", options, new AbortController().signal);
  entrances[0]!.comesMedia = false;
  await vi.advanceTimersByTimeAsync(8_000);
  expect(await probing).toBe(false);
  expect(entrances[0]!.getSnapshot().phase).toBe("closed");
});
