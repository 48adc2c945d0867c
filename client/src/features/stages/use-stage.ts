import { useEffect } from "react";
import type { StageState, StageView } from "../../api/contract.ts";
import { type Query, queries } from "../../api/query.ts";
import { realtime } from "../../api/socket.ts";
import { type UsedQuery, useQuery } from "../../api/use-query.ts";
import { stageQuery } from "./stage-query.ts";

/** A stage by the slugs of the address, kept fresh by notices. `isCounted`: the page is a viewer's. */
export function useStage(event: string, stage: string, { isCounted = true } = {}): UsedQuery<StageView> {
  const used = useQuery(stageQuery(event, stage));
  const stageId = used.data?.id;
  useEffect(
    () => (stageId ? watchStage(stageQuery(event, stage), { stageId, isCounted }) : undefined),
    [event, stage, stageId, isCounted],
  );
  return used;
}

/** @returns how to stop */
export function watchStage(
  query: Query<StageView>,
  { stageId, isCounted }: { stageId: string; isCounted: boolean },
): () => void {
  const patch = (change: Partial<StageView>) => queries.change(query, (shown) => ({ ...shown, ...change }));
  const takeState = (state: StageState) =>
    queries.change(query, (shown) => (state.seq >= shown.state.seq ? { ...shown, state } : shown));
  let connections = 0;
  const stops = [
    realtime.on("stage:changed", ({ state }) => {
      if (state.stageId === stageId) takeState(state);
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
      if (connections++ > 0) void queries.invalidate(query);
      realtime.request("stage:watch", { stageId, isCounted }).then(
        ({ state, viewerCount }) => {
          // What was told while the answer was on its way may be newer.
          takeState(state);
          patch({ viewerCount });
        },
        () => {},
      );
    }),
  ];
  return () => {
    for (const stop of stops) stop();
    realtime.request("stage:unwatch", { stageId }).catch(() => {});
  };
}
