import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { SegmentWritten } from "../../../../server/contract/segments.ts";
import { planReplay } from "../../../../server/features/recordings/replay-plan.ts";
import { packReplayText, type Replay } from "../../../../server/features/recordings/replays.ts";
import { madeUpRun, RENDITIONS } from "../../../support/made-up-programme.ts";

const START_MS = Date.UTC(2026, 10, 22, 7, 0, 0);
const SEGMENTS = 300;

function tenMinutes(): Replay {
  const lines = (rendition: (typeof RENDITIONS)[number]): SegmentWritten[] =>
    Array.from({ length: SEGMENTS }, (_, msn) => ({
      type: "segment",
      run: "r1",
      rendition,
      msn,
      file: `r1-${rendition}-${msn}.m4s`,
      durationSeconds: 2,
      programDateTimeMs: START_MS + msn * 2000,
      bytes: 9,
    }));
  const index = {
    runs: new Map([["r1", madeUpRun("r1", START_MS).notice]]),
    segments: new Map(RENDITIONS.map((name) => [name, lines(name)])),
    thumbnails: [],
  };
  const range = { startedAtMs: START_MS, endedAtMs: START_MS + SEGMENTS * 2000 };
  return {
    broadcastId: "b",
    plan: planReplay(index, range),
    version: 1,
    texts: new Map(),
    packed: new Map(),
  };
}

test("a long playlist is packed once for all who ask", () => {
  const replay = tenMinutes();
  const first = packReplayText(replay, "v720.m3u8", true)!;
  expect(first.isGzip).toBe(true);
  expect(gunzipSync(first.body).toString()).toContain("#EXT-X-ENDLIST");
  expect(packReplayText(replay, "v720.m3u8", true)!.body).toBe(first.body);
  const other = packReplayText(replay, "aud.m3u8", true)!;
  expect(gunzipSync(other.body).toString()).toContain("r1-aud-0.m4s");
});

test("who takes nothing packed gets the same text as it is, and short texts are never packed", () => {
  const replay = tenMinutes();
  const packed = packReplayText(replay, "v720.m3u8", true)!;
  const plain = packReplayText(replay, "v720.m3u8", false)!;
  expect(plain.isGzip).toBe(false);
  expect(plain.body).toEqual(gunzipSync(packed.body));
  expect(packReplayText(replay, "main.m3u8", true)!.isGzip).toBe(false);
  expect(packReplayText(replay, "nothing.m3u8", true)).toBeNull();
});
