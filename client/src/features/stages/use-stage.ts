import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { StageState, StageView } from "../../api/contract.ts";
import { realtime } from "../../api/socket.ts";
import { stageQuery } from "./stage-query.ts";

/** A stage by the slugs of the address, kept fresh by notices; the page counts as a viewer. */
export function useStage(event: string, stage: string): UseQueryResult<StageView> {
  const queryClient = useQueryClient();
  const query = useQuery(stageQuery(event, stage));
  const stageId = query.data?.id;
  useEffect(
    () => (stageId ? watchStage(queryClient, event, stage, stageId) : undefined),
    [queryClient, event, stage, stageId],
  );
  return query;
}

function watchStage(queryClient: QueryClient, event: string, stage: string, stageId: string): () => void {
  const { queryKey } = stageQuery(event, stage);
  const patch = (change: Partial<StageView>) =>
    queryClient.setQueryData(queryKey, (shown) => shown && { ...shown, ...change });
  const isNewer = (state: StageState) => state.seq > (queryClient.getQueryData(queryKey)?.state.seq ?? -1);
  let connections = 0;
  const stops = [
    realtime.on("stage:changed", ({ state }) => {
      if (state.stageId === stageId && isNewer(state)) patch({ state });
    }),
    realtime.on("stage:viewersCounted", (notice) => {
      if (notice.stageId === stageId) patch({ viewerCount: notice.count });
    }),
    realtime.on("stage:scheduleChanged", (notice) => {
      if (notice.stageId === stageId) patch({ schedule: notice.schedule });
    }),
    realtime.on("stage:recordingsChanged", (notice) => {
      if (notice.stageId === stageId) patch({ recordings: notice.recordings });
    }),
    realtime.onConnected(() => {
      // What happened while the connection was away: state and count by the answer, the lists by asking again.
      if (connections++ > 0) void queryClient.invalidateQueries({ queryKey });
      realtime.request("stage:watch", { stageId, isCounted: true }).then(patch, () => {});
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    realtime.request("stage:unwatch", { stageId }).catch(() => {});
  };
}
