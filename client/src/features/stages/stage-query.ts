import type { StageView } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import type { Query } from "../../api/query.ts";

/** Slugs of the address; `useStage` keeps the answer fresh from notices. */
export function stageQuery(event: string, stage: string): Query<StageView> {
  return {
    key: ["stage", event, stage],
    read: (signal) => call("readStage", { params: { event, stage }, signal }),
    freshMs: 60_000,
  };
}
