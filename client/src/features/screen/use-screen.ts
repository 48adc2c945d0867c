import { useEffect } from "react";
import type { ScreenView, StageState, StageView } from "../../api/contract.ts";
import { call } from "../../api/http.ts";
import { type Query, queries } from "../../api/query.ts";
import { realtime } from "../../api/socket.ts";
import { useQuery } from "../../api/use-query.ts";
import { keepNewerState } from "../stages/stage-query.ts";

const KEPT = "torilla.screen";
/** Notices bring what changes; this asks again for what no notice told. */
const REFRESH_MS = 60_000;

const screenQuery: Query<ScreenView> = {
  key: ["screen"],
  read: async (signal) => {
    const screen = await call("readScreen", { signal });
    keep(screen);
    return screen;
  },
  readInitial: readKept,
  refreshMs: REFRESH_MS,
  isRefreshedUnseen: true,
  merge: (shown, answered) => ({
    ...answered,
    stages: answered.stages.map((stage) => {
      const same = shown.stages.find((one) => one.id === stage.id);
      return same ? keepNewerState(same, stage) : stage;
    }),
  }),
};

/** What the screen shows; the last known answer stays when the network or the server is away. */
export function useScreen(): { screen: ScreenView | undefined; error: unknown } {
  const { data, error } = useQuery(screenQuery);
  const stageIds = data?.stages.map((stage) => stage.id).join(" ") ?? "";

  useEffect(() => {
    const change = (stageId: string, edit: (stage: StageView) => StageView) =>
      queries.change(screenQuery, (screen) => ({
        ...screen,
        stages: screen.stages.map((stage) => (stage.id === stageId ? edit(stage) : stage)),
      }));
    const takeState = (state: StageState) =>
      change(state.stageId, (stage) => (state.seq >= stage.state.seq ? { ...stage, state } : stage));
    const watched = stageIds === "" ? [] : stageIds.split(" ");
    const stops = [
      realtime.on("stage:changed", ({ state }) => takeState(state)),
      realtime.on("stage:scheduleChanged", ({ stageId, schedule }) =>
        change(stageId, (stage) => ({ ...stage, schedule })),
      ),
      realtime.on("stage:recordingsChanged", () => void queries.invalidate(screenQuery)),
      realtime.onConnected(() => {
        void queries.invalidate(screenQuery);
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
  }, [stageIds]);

  return { screen: data, error };
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
    // What was live when it was kept may be long over; whatever the server says is newer.
    return {
      ...kept,
      stages: kept.stages.map((stage) => ({ ...stage, state: { ...stage.state, phase: "closed", seq: 0 } })),
    };
  } catch {
    return undefined;
  }
}
