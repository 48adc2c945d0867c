import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ProgrammeSituation,
  programmePlan,
} from "../../../../../server/features/stages/programme-plan.ts";
import { itemKey } from "../../../../../server/features/stages/schedule-entry.ts";
import { entry, minute } from "./schedule.ts";

const video = entry("v", "video", [0, 2], 90);
const live = entry("l", "live", [5, 20]);
const situation = (changes: Partial<ProgrammeSituation> = {}): ProgrammeSituation => ({
  phase: "closed",
  phaseSince: minute(-60),
  isAutomatic: false,
  schedule: [video, live],
  overItems: new Set(),
  givenItem: null,
  slateSince: minute(-60),
  ...changes,
});

test("wants the video from its start to the end of its file", () => {
  const item = { presentationId: "v", mediaId: "m-v", startedAt: minute(0) };
  expect(programmePlan(situation(), minute(-0.01)).video).toBeNull();
  expect(programmePlan(situation(), minute(0))).toMatchObject({ video: item, shouldGoLive: true });
  expect(programmePlan(situation(), minute(1.49)).video).toEqual(item);
  expect(programmePlan(situation(), minute(1.5)).video).toBeNull();
});

test("cuts the video off where the next entry begins", () => {
  const schedule = [entry("v", "video", [0, 5], 3600), live];
  expect(programmePlan(situation({ schedule }), minute(4.9)).video).not.toBeNull();
  expect(programmePlan(situation({ schedule }), minute(5)).video).toBeNull();
});

test("does nothing for live presentations, breaks and videos that are not ready", () => {
  const schedule = [entry("l", "live", [0, 5]), entry("b", "break", [5, 5]), entry("v", "video", [10, 5])];
  for (const at of [1, 6, 11])
    expect(programmePlan(situation({ schedule }), minute(at))).toMatchObject({
      video: null,
      shouldGoLive: false,
    });
});

test("goes on air once", () => {
  expect(programmePlan(situation({ phase: "live" }), minute(1)).shouldGoLive).toBe(false);
  expect(programmePlan(situation({ phase: "rehearsal" }), minute(1)).shouldGoLive).toBe(true);
});

test("does not overrule a host who ended or reopened the stage during the video", () => {
  for (const phase of ["ended", "rehearsal"] as const)
    expect(programmePlan(situation({ phase, phaseSince: minute(0.5) }), minute(1)).shouldGoLive).toBe(false);
});

test("does not show again what is over before its time", () => {
  const overItems = new Set([itemKey({ mediaId: "m-v" }, minute(0))]);
  expect(programmePlan(situation({ overItems }), minute(1)).video).toBeNull();
  const moved = [entry("v", "video", [1, 2], 90)];
  expect(programmePlan(situation({ overItems, schedule: moved }), minute(1)).video).not.toBeNull();
});

const automatic = { phase: "live", isAutomatic: true, phaseSince: minute(0), slateSince: minute(2) } as const;

test("ends a stage that it opened half a minute after the last picture, when nothing follows", () => {
  const alone = situation({ ...automatic, schedule: [video] });
  expect(programmePlan(alone, minute(2.4)).shouldEnd).toBe(false);
  expect(programmePlan(alone, minute(2.4)).wakeAt).toEqual(minute(2.5));
  expect(programmePlan(alone, minute(2.5)).shouldEnd).toBe(true);
});

test("keeps it open while something follows within 15 minutes, or is on", () => {
  expect(programmePlan(situation(automatic), minute(4)).shouldEnd).toBe(false);
  expect(programmePlan(situation(automatic), minute(20)).shouldEnd).toBe(false);
  expect(programmePlan(situation(automatic), minute(25)).shouldEnd).toBe(true);
});

test("never ends what a host opened, or while people are on the programme", () => {
  expect(programmePlan(situation({ ...automatic, isAutomatic: false }), minute(60)).shouldEnd).toBe(false);
  expect(programmePlan(situation({ ...automatic, slateSince: null }), minute(60)).shouldEnd).toBe(false);
});

test("wakes after now, and nothing changes before", () => {
  const schedule = fc
    .array(
      fc.record({
        gap: fc.integer({ min: 0, max: 40 }),
        length: fc.integer({ min: 1, max: 40 }),
        kind: fc.constantFrom("live", "video", "break"),
      }),
      { maxLength: 8 },
    )
    .map((items) => {
      let from = 0;
      return items.map(({ gap, length, kind }, index) => {
        const made = entry(
          String(index),
          kind as "live",
          [from + gap, length],
          kind === "video" ? length * 50 : null,
        );
        from += gap + length;
        return made;
      });
    });
  fc.assert(
    fc.property(schedule, fc.integer({ min: -20, max: 300 }), fc.boolean(), (entries, at, isAutomatic) => {
      const given = situation({ schedule: entries, phase: "live", phaseSince: minute(-30), isAutomatic });
      const { wakeAt, ...plan } = programmePlan(given, minute(at));
      if (wakeAt === null) return;
      expect(wakeAt > minute(at)).toBe(true);
      const { wakeAt: _later, ...before } = programmePlan(given, new Date(wakeAt.getTime() - 1));
      expect(before).toEqual(plan);
    }),
  );
});

test("keeps what is on when the clock is set back before it, and begins nothing that is over", () => {
  const later = entry("w", "video", [10, 5], 120);
  const schedule = [video, later];
  const overItems = new Set([itemKey({ mediaId: "m-v" }, minute(0))]);
  const onAir = itemKey({ mediaId: "m-w" }, minute(10));
  const setBack = situation({ phase: "live", schedule, overItems, givenItem: onAir });
  expect(programmePlan(setBack, minute(1)).video).toMatchObject({
    presentationId: "w",
    startedAt: minute(10),
  });
  overItems.add(onAir);
  expect(programmePlan(setBack, minute(1)).video).toBeNull();
  expect(programmePlan(setBack, minute(11)).video).toBeNull();
});
