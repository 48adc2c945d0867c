import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiveRendition } from "../../../../server/features/programme/live-rendition.ts";
import { madeUpPart, madeUpParts, PARTS_A_SEGMENT } from "../../../support/made-up-programme.ts";
import { mergeDelta, type ReadPlaylist, readPlaylist } from "../../../support/playlist-reader.ts";

const NAME = "v720";
const START_MS = Date.UTC(2026, 10, 22, 7, 0, 0);

/** A rendition and the mixer that feeds it; runs may be cut anywhere. */
class Feed {
  readonly initFiles = new Map<string, string>();
  readonly rendition = new LiveRendition(NAME, this.initFiles);
  #run = 0;
  #startedAtMs = START_MS;
  #msn = 0;
  #firstMsn = 0;
  #part = 0;

  startRun(): void {
    if (this.#part > 0) this.#msn++;
    this.#startedAtMs += (this.#msn - this.#firstMsn) * 2000 + 3_000;
    this.#firstMsn = this.#msn;
    this.#part = 0;
    this.#run++;
    this.initFiles.set(`r${this.#run}`, `r${this.#run}-v720-init.mp4`);
    this.rendition.runStarted(`r${this.#run}`);
  }
  part(): void {
    const at = { msn: this.#msn, part: this.#part, firstMsn: this.#firstMsn, startedAtMs: this.#startedAtMs };
    const { notice, bytes, isLastOfSegment } = madeUpPart(`r${this.#run}`, NAME, at);
    this.rendition.addPart({ ...notice, isLastOfSegment }, bytes);
    this.#part = (this.#part + 1) % PARTS_A_SEGMENT;
    if (this.#part === 0) this.#wasWritten(this.#msn++);
  }
  #wasWritten(msn: number): void {
    const { run, file, durationSeconds, programDateTimeMs, bytes } = this.rendition.findSegment(msn)!;
    this.rendition.addSegment({
      type: "segment",
      rendition: NAME,
      run,
      msn,
      file,
      durationSeconds,
      programDateTimeMs,
      bytes,
    });
  }
  read(isDelta = false): ReadPlaylist {
    return readPlaylist(this.rendition.playlist({ reach: "whole", isDelta }, []).plain.toString());
  }
}

describe("a live rendition's playlist", () => {
  it("lists the open segment's parts and hints at the next", () => {
    const feed = new Feed();
    feed.startRun();
    for (let n = 0; n < 8; n++) feed.part();
    const list = feed.read();
    expect(list.segments.map(({ uri }) => uri)).toEqual(["r1-v720-0.m4s"]);
    expect(list.openParts.map(({ uri }) => uri)).toEqual(["r1-v720-1-0.m4s", "r1-v720-1-1.m4s"]);
    expect(list.hint).toBe("r1-v720-1-2.m4s");
    expect(list.segments[0]!.parts).toHaveLength(6);
    expect(list.segments[0]!.dateMs).toBe(START_MS + 3_000);
  });

  it("closes a segment with its last part and hints at the next segment's first", () => {
    const feed = new Feed();
    feed.startRun();
    for (let n = 0; n < 6; n++) feed.part();
    const list = feed.read();
    expect(list.segments).toHaveLength(1);
    expect(list.openParts).toEqual([]);
    expect(list.hint).toBe("r1-v720-1-0.m4s");
  });

  it("joins runs by a discontinuity and their own init segment, keeping the half segment", () => {
    const feed = new Feed();
    feed.startRun();
    for (let n = 0; n < 9; n++) feed.part();
    feed.startRun();
    for (let n = 0; n < 7; n++) feed.part();
    const [, half, joined] = feed.read().segments;
    expect(half).toMatchObject({ uri: "r1-v720-1.m4s", duration: 1, isDiscontinuity: false });
    expect(joined).toMatchObject({ uri: "r2-v720-2.m4s", isDiscontinuity: true, map: "r2-v720-init.mp4" });
  });

  it("lists parts of the last three segments only", () => {
    const feed = new Feed();
    feed.startRun();
    for (let n = 0; n < 6 * 10; n++) feed.part();
    expect(feed.read().segments.map(({ parts }) => parts.length)).toEqual([0, 0, 0, 0, 0, 0, 0, 6, 6, 6]);
  });

  it("ends with ENDLIST, without hint or parts", () => {
    const feed = new Feed();
    feed.startRun();
    for (let n = 0; n < 8; n++) feed.part();
    feed.rendition.end();
    const list = feed.read();
    expect(list).toMatchObject({ isEnded: true, hint: null, openParts: [] });
    expect(list.segments.at(-1)!.duration).toBeCloseTo(0.64);
  });

  it("makes a gap of a segment that never reached the disk, once it is out of memory", () => {
    const feed = new Feed();
    feed.startRun();
    const at = { firstMsn: 0, count: 60, startedAtMs: START_MS };
    for (const { notice, bytes, isLastOfSegment } of madeUpParts("r1", at)) {
      if (notice.rendition === NAME) feed.rendition.addPart({ ...notice, isLastOfSegment }, bytes);
    }
    const gaps = feed.read().segments.filter(({ isGap }) => isGap);
    expect(gaps.map(({ msn }) => msn)).toEqual(Array.from({ length: 15 }, (_, msn) => msn));
    expect(feed.rendition.findSegment(20)!.body === null).toBe(false);
  });

  it("lists nothing of a segment whose beginning it missed, until it is on disk", () => {
    const feed = new Feed();
    feed.startRun();
    for (let part = 2; part < 6; part++) {
      const { notice, bytes } = madeUpPart("r1", NAME, { msn: 0, part, firstMsn: 0, startedAtMs: START_MS });
      feed.rendition.addPart(notice, bytes);
    }
    expect(feed.rendition.lastMsn).toBe(-1);
    const line = {
      type: "segment" as const,
      run: "r1",
      rendition: "v720" as const,
      msn: 0,
      file: "r1-v720-0.m4s",
    };
    feed.rendition.addSegment({ ...line, durationSeconds: 2, programDateTimeMs: START_MS, bytes: 1000 });
    expect(feed.read().segments).toMatchObject([{ uri: "r1-v720-0.m4s", isGap: false, parts: [] }]);
  });

  it("raises the part target while a part that was too long is listed", () => {
    const feed = new Feed();
    feed.startRun();
    const { notice, bytes } = madeUpPart("r1", NAME, { msn: 0, part: 0, firstMsn: 0, startedAtMs: START_MS });
    feed.rendition.addPart({ ...notice, durationSeconds: 0.68 }, bytes);
    expect(feed.read().partTarget).toBe(0.68);
  });

  it.each([
    [2, null, true],
    [3, null, false],
    [2, 5, true],
    [2, 9, true],
    [3, 0, true],
    [3, 1, true],
    [3, 2, false],
    [4, 0, false],
  ])("holds segment %i, part %s: %s", (msn, part, isThere) => {
    const feed = new Feed();
    feed.startRun();
    for (let n = 0; n < 6 * 3 + 2; n++) feed.part();
    expect(feed.rendition.has(msn, part)).toBe(isThere);
  });
});

describe("whatever the mixers did", () => {
  const story = fc.array(
    fc.oneof(
      { weight: 1, arbitrary: fc.constant(0) },
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 25 }) },
    ),
    {
      minLength: 1,
      maxLength: 14,
    },
  );

  it("every version is valid, keeps its numbers, and a delta update brings an older one up to date", () => {
    fc.assert(
      fc.property(story, (steps) => {
        const feed = new Feed();
        feed.startRun();
        feed.part();
        let held = feed.read();
        for (const step of steps) {
          if (step === 0) feed.startRun();
          for (let n = 0; n < Math.max(1, step); n++) feed.part();
          const full = feed.read();
          const delta = feed.read(true);
          expect(full.firstMsn).toBe(0);
          for (const [msn, segment] of held.segments.entries())
            expect(full.segments[msn]!.uri).toBe(segment.uri);
          if (delta.skipped > held.segments.length) held = full;
          expect(mergeDelta(held, delta)).toEqual(
            full.segments.map((one, at) => (at < delta.skipped ? held.segments[at] : one)),
          );
          expect(
            mergeDelta(held, delta).map(({ uri, duration, map, isDiscontinuity }) => ({
              uri,
              duration,
              map,
              isDiscontinuity,
            })),
          ).toEqual(
            full.segments.map(({ uri, duration, map, isDiscontinuity }) => ({
              uri,
              duration,
              map,
              isDiscontinuity,
            })),
          );
          held = full;
        }
      }),
      { numRuns: 60 },
    );
  });

  it("the gzip form says the same as the plain one", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6000 }), fc.boolean(), (parts, isDelta) => {
        const feed = new Feed();
        feed.startRun();
        for (let n = 0; n < parts; n++) {
          feed.part();
          if (n % 97 === 0) feed.read();
        }
        const { plain, gzip } = feed.rendition.playlist({ reach: "whole", isDelta }, []);
        expect(gunzipSync(gzip).equals(plain)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });
});
