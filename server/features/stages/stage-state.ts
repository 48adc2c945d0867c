/** Where a stage is in its day. Each phase has only what belongs to it. */
export type StageState =
  | { phase: "closed" }
  | { phase: "rehearsal"; openedAt: Date }
  | { phase: "live"; liveSince: Date; broadcastId: string }
  | { phase: "ended"; endedAt: Date };

export type StageInput =
  | { type: "openRehearsal"; at: Date }
  | { type: "goLive"; at: Date; broadcastId: string }
  | { type: "end"; at: Date }
  | { type: "close" };

/** The next state, or `null` when `input` is not allowed in this phase. Pure. */
export function nextStageState(state: StageState, input: StageInput): StageState | null {
  switch (input.type) {
    case "openRehearsal":
      return state.phase === "closed" || state.phase === "ended"
        ? { phase: "rehearsal", openedAt: input.at }
        : null;
    case "goLive":
      return state.phase === "rehearsal"
        ? { phase: "live", liveSince: input.at, broadcastId: input.broadcastId }
        : null;
    case "end":
      return state.phase === "live" ? { phase: "ended", endedAt: input.at } : null;
    case "close":
      return state.phase === "rehearsal" ? { phase: "closed" } : null;
  }
}
