import { useEffect, useState } from "react";
import type { PresentationView, StageState, StageView } from "../../api/contract.ts";
import { realtime } from "../../api/socket.ts";

/** The stage's changing part, from its page's answer on; of two states the one with the larger `seq` holds. */
export function useStageState(stage: StageView): {
  state: StageState;
  schedule: PresentationView[];
  viewerCount: number;
} {
  const [state, setState] = useState(stage.state);
  const [schedule, setSchedule] = useState(stage.schedule);
  const [viewerCount, setViewerCount] = useState(stage.viewerCount);
  const stageId = stage.id;
  useEffect(() => {
    const take = (next: StageState) => setState((shown) => (next.seq >= shown.seq ? next : shown));
    const stops = [
      realtime.on("stage:changed", (notice) => notice.state.stageId === stageId && take(notice.state)),
      realtime.on(
        "stage:scheduleChanged",
        (notice) => notice.stageId === stageId && setSchedule(notice.schedule),
      ),
      realtime.on(
        "stage:viewersCounted",
        (notice) => notice.stageId === stageId && setViewerCount(notice.count),
      ),
      realtime.onConnected(() => {
        realtime
          .request("stage:watch", { stageId, isCounted: false })
          .then((answer) => {
            take(answer.state);
            setViewerCount(answer.viewerCount);
          })
          .catch(() => {});
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      realtime.request("stage:unwatch", { stageId }).catch(() => {});
    };
  }, [stageId]);
  return { state, schedule, viewerCount };
}
