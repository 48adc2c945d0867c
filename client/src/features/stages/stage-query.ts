import type { StageView } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import type { Query } from "../../api/query.ts";

/** Slugs of the address; `useStage` keeps the answer fresh from notices. */
export function stageQuery(event: string, stage: string): Query<StageView> {
  return {
    key: ["stage", event, stage],
    read: (signal) => call("readStage", { params: { event, stage }, signal }),
    freshMs: 60_000,
    merge: keepNewerState,
  };
}

/** `answered` with the state that is shown where that is newer. */
export function keepNewerState(shown: StageView, answered: StageView): StageView {
  return shown.state.seq > answered.state.seq ? { ...answered, state: shown.state } : answered;
}
