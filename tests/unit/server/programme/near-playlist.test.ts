import { setImmediate as turn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SegmentWritten } from "../../../../server/contract/segments.ts";
import { LiveRendition } from "../../../../server/features/programme/live-rendition.ts";
import { NEAR_SEGMENTS, type Reach } from "../../../../server/platform/hls/playlist.ts";
import { madeUpPart, PARTS_A_SEGMENT } from "../../../support/made-up-programme.ts";
import { mergeDelta, type ReadPlaylist, readPlaylist } from "../../../support/playlist-reader.ts";

const NAME = "v720" as const;
const START_MS = Date.UTC(2026, 10, 22, 7, 0, 0);
const PART_BYTES = 2_000;

/** A rendition that is fed faster than the clock; its mixer may be replaced at any segment. */
class FastFeed {
  readonly initFiles = new Map<string, string>();
  readonly rendition = new LiveRendition(NAME, this.initFiles);
  #run = 0;
  #firstMsn = 0;
  #startedAtMs = START_MS;
  #msn = 0;

  startRun(): void {
    this.#startedAtMs += (this.#msn - this.#firstMsn) * 2000;
    this.#firstMsn = this.#msn;
    this.#run += 1;
    this.initFiles.set(`r${this.#run}`, `r${this.#run}-v720-init.mp4`);
    this.rendition.runStarted(`r${this.#run}`);
  }

  segments(count: number): void {
    for (let n = 0; n < count; n += 1) this.#segment();
  }

  #segment(): void {
    const run = `r${this.#run}`;
    const at = {
      msn: this.#msn,
      firstMsn: this.#firstMsn,
      startedAtMs: this.#startedAtMs,
      bytes: PART_BYTES,
    };
    for (let part = 0; part < PARTS_A_SEGMENT; part += 1) {
      const { notice, bytes, isLastOfSegment } = madeUpPart(run, NAME, { ...at, part });
      this.rendition.addPart({ ...notice, isLastOfSegment }, bytes);
    }
    const { file, durationSeconds, programDateTimeMs, bytes } = this.rendition.findSegment(this.#msn)!;
    const segment = { run, rendition: NAME, msn: this.#msn, file, durationSeconds, programDateTimeMs, bytes };
    this.rendition.addSegment({ type: "segment", ...segment } satisfies SegmentWritten);
    this.#msn += 1;
  }

  text(reach: Reach, isDelta = false): string {
    return this.rendition.playlist({ reach, isDelta }, []).plain.toString();
  }

  read(reach: Reach, isDelta = false): ReadPlaylist {
    return readPlaylist(this.text(reach, isDelta));
  }
}

describe("a near playlist", () => {
  it("is the end of the whole one, with the same numbers of segments and discontinuities", () => {
    const story = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(story, (runs) => {
        const feed = new FastFeed();
        let before = -1;
        for (const count of runs) {
          feed.startRun();
          feed.segments(count);
          const [near, whole] = [feed.read("near"), feed.read("whole")];
          expect(near.segments.length).toBe(Math.min(NEAR_SEGMENTS, whole.segments.length));
          expect(near.firstMsn).toBeGreaterThanOrEqual(before);
          before = near.firstMsn;
          const numberOf = (list: ReadPlaylist, msn: number) =>
            list.discontinuities +
            list.segments.filter((one) => one.isDiscontinuity && one.msn <= msn).length;
          for (const { msn, uri, duration, map, parts } of near.segments) {
            expect(whole.segments[msn]).toMatchObject({ msn, uri, duration, map, parts });
            expect(numberOf(near, msn)).toBe(numberOf(whole, msn));
          }
          expect(near.hint).toBe(whole.hint);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("begins with a date, and is brought up to date by its delta updates while it slides", () => {
    const feed = new FastFeed();
    feed.startRun();
    feed.segments(NEAR_SEGMENTS + 33);
    let held = feed.read("near");
    for (let n = 0; n < 60; n += 1) {
      if (n === 20) feed.startRun();
      feed.segments(1 + (n % 3));
      const [delta, full] = [feed.read("near", true), feed.read("near")];
      expect(delta.firstMsn).toBe(full.firstMsn);
      expect(delta.discontinuities).toBe(full.discontinuities);
      expect(full.segments[0]!.dateMs).not.toBeNull();
      expect(mergeDelta(held, delta).map(({ msn, uri, map }) => [msn, uri, map])).toEqual(
        full.segments.map(({ msn, uri, map }) => [msn, uri, map]),
      );
      held = { ...full };
    }
    expect(held.discontinuities + held.segments.filter((one) => one.isDiscontinuity).length).toBe(1);
  });

  it("has an end like the whole one", () => {
    const feed = new FastFeed();
    feed.startRun();
    feed.segments(NEAR_SEGMENTS + 5);
    feed.rendition.end();
    const near = feed.read("near");
    expect(near.isEnded).toBe(true);
    expect(near.segments.at(-1)!.msn).toBe(NEAR_SEGMENTS + 4);
  });
});

describe("five hours of programme next to ten minutes", () => {
  const HOUR = 1800;

  it("cost a viewer at the live edge the same: list, update and size do not grow", () => {
    const feed = new FastFeed();
    feed.startRun();
    feed.segments(300);
    const early = { near: feed.text("near").length, update: feed.text("near", true).length };
    const wholeEarly = feed.text("whole").length;
    feed.segments(5 * HOUR - 300);
    // Numbers have a digit more.
    expect(feed.text("near").length).toBeLessThan(1.1 * early.near);
    expect(feed.text("near", true).length).toBeLessThan(1.1 * early.update);
    expect(feed.text("whole").length).toBeGreaterThan(10 * wholeEarly);
  });

  it("hold the bytes of the newest segments only, and some hundred bytes for each of the others", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    // Bytes that the first round lets go of are counted out by the second.
    const used = async () => {
      collect();
      await turn();
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return { heapUsed, arrayBuffers };
    };
    const feed = new FastFeed();
    feed.startRun();
    feed.segments(300);
    feed.text("near");
    const early = await used();
    feed.segments(5 * HOUR - 300);
    feed.text("near");
    const late = await used();
    const more = 5 * HOUR - 300;
    expect((late.heapUsed - early.heapUsed) / more).toBeLessThan(600);
    // The whole list's text, plain and compressed.
    expect((late.arrayBuffers - early.arrayBuffers) / more).toBeLessThan(150);
    const withBytes = Array.from(
      { length: feed.rendition.length },
      (_, msn) => feed.rendition.findSegment(msn)!,
    ).filter(({ body, parts }) => body !== null || parts !== null);
    expect(withBytes).toHaveLength(12);
  });
});
