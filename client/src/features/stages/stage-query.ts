import { queryOptions } from "@tanstack/react-query";
import { call } from "../../api/http.ts";

/** Slugs of the address; `useStage` keeps the answer fresh from notices. */
export function stageQuery(event: string, stage: string) {
  return queryOptions({
    queryKey: ["stage", event, stage],
    queryFn: ({ signal }) => call("readStage", { params: { event, stage }, signal }),
    staleTime: 60_000,
  });
}
