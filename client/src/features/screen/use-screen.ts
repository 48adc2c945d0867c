import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ScreenView, StageState, StageView } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { realtime } from "../../api/socket.ts";

const KEY = ["screen"];
const KEPT = "torilla.screen";
/** Notices bring what changes; this asks again for what no notice told. */
const REFRESH_MS = 60_000;

/** What the screen shows; the last known answer stays when the network or the server is away. */
export function useScreen(): { screen: ScreenView | undefined; error: unknown } {
  const client = useQueryClient();
  const query = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => {
      const screen = await call("readScreen", { signal });
      keep(screen);
      return screen;
    },
    initialData: readKept,
    initialDataUpdatedAt: 0,
    refetchInterval: REFRESH_MS,
    refetchIntervalInBackground: true,
    networkMode: "always",
  });
  const stageIds = query.data?.stages.map((stage) => stage.id).join(" ") ?? "";

  useEffect(() => {
    const change = (stageId: string, edit: (stage: StageView) => StageView) =>
      client.setQueryData<ScreenView>(
        KEY,
        (screen) =>
          screen && {
            ...screen,
            stages: screen.stages.map((stage) => (stage.id === stageId ? edit(stage) : stage)),
          },
      );
    const takeState = (state: StageState) =>
      change(state.stageId, (stage) => (state.seq >= stage.state.seq ? { ...stage, state } : stage));
    const watched = stageIds === "" ? [] : stageIds.split(" ");
    const stops = [
      realtime.on("stage:changed", ({ state }) => takeState(state)),
      realtime.on("stage:scheduleChanged", ({ stageId, schedule }) =>
        change(stageId, (stage) => ({ ...stage, schedule })),
      ),
      realtime.on("stage:recordingsChanged", () => void client.invalidateQueries({ queryKey: KEY })),
      realtime.onConnected(() => {
        void client.invalidateQueries({ queryKey: KEY });
        for (const stageId of watched) {
          realtime
            .request("stage:watch", { stageId, isCounted: true })
            .then(({ state }) => takeState(state))
            .catch(() => {});
        }
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [client, stageIds]);

  return { screen: query.data, error: query.error };
}

function keep(screen: ScreenView): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(screen));
  } catch {
    // Full or closed: the screen then knows nothing after a reload without network.
  }
}

function readKept(): ScreenView | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "null") as ScreenView | null;
    if (!kept) return undefined;
    // What was live when it was kept may be long over; the answer or a notice says if it still is.
    return {
      ...kept,
      stages: kept.stages.map((stage) => ({ ...stage, state: { ...stage.state, phase: "closed" } })),
    };
  } catch {
    return undefined;
  }
}
