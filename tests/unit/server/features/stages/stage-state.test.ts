import { expect, test } from "vitest";
import {
  nextStageState,
  type StageInput,
  type StageState,
} from "../../../../../server/features/stages/stage-state.ts";

const at = new Date("2026-11-22T09:00:00Z");
const later = new Date("2026-11-22T10:00:00Z");
const states: StageState[] = [
  { phase: "closed" },
  { phase: "rehearsal", openedAt: at },
  { phase: "live", liveSince: at, broadcastId: "b" },
  { phase: "ended", endedAt: at },
];
const inputs: StageInput[] = [
  { type: "openRehearsal", at: later },
  { type: "goLive", at: later, broadcastId: "c" },
  { type: "end", at: later },
  { type: "close" },
];

test("allows exactly the phases' transitions", () => {
  const table = Object.fromEntries(
    states.map((state) => [state.phase, inputs.map((input) => nextStageState(state, input)?.phase ?? null)]),
  );
  expect(table).toEqual({
    closed: ["rehearsal", null, null, null],
    rehearsal: [null, "live", null, "closed"],
    live: [null, null, "ended", null],
    ended: ["rehearsal", null, null, null],
  });
});

test("keeps the instant and the broadcast of the input", () => {
  const live = nextStageState(
    { phase: "rehearsal", openedAt: at },
    { type: "goLive", at: later, broadcastId: "c" },
  );
  expect(live).toEqual({ phase: "live", liveSince: later, broadcastId: "c" });
});
