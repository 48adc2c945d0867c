import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { enterEarly } from "../../../../client/src/player/early-entrance.ts";
import { takeEntrance } from "../../../../client/src/player/held-entrance.ts";

const opened: { close(): void; getSnapshot(): { phase: string } }[] = [];
vi.mock("../../../../client/src/room/audience-entrance.ts", () => ({
  openAudienceEntrance: () => {
    let phase = "open";
    const entrance = {
      getSnapshot: () => ({ phase }),
      setAudioOnly() {},
      close() {
        phase = "closed";
      },
    };
    opened.push(entrance);
    return entrance;
  },
}));
vi.mock("../../../../client/src/room/page-certificate.ts", () => ({ pageCertificate: async () => ({}) }));

const options = { isAudioOnly: false, quality: "auto" } as const;
const live = (id: string) => Promise.resolve({ id, state: { phase: "live" } });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("RTCPeerConnection", class {});
  opened.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("the place that was taken early is the one that the page plays from", async () => {
  await enterEarly(live("early"));
  expect(takeEntrance("early", options)).toBe(opened[0]);
  expect(opened).toHaveLength(1);
});

test("who comes too late does not take the place of the path that plays", async () => {
  const playing = takeEntrance("late", options);
  await enterEarly(live("late"));
  expect(opened).toHaveLength(1);
  playing.close();
  await enterEarly(live("late"));
  expect(opened).toHaveLength(2);
});

test("a place that nobody takes is left after a while", async () => {
  await enterEarly(live("untaken"));
  await vi.advanceTimersByTimeAsync(8_000);
  expect(opened[0]!.getSnapshot().phase).toBe("closed");
});

test("a stage that is not live is not entered", async () => {
  await enterEarly(Promise.resolve({ id: "closed", state: { phase: "rehearsal" } }));
  expect(opened).toHaveLength(0);
});
