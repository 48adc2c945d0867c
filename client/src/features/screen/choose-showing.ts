import type { PresentationView, RecordingView, ScreenView, StageView } from "../../api/contract.ts";
import type { Programme } from "../../player/programme.ts";

/** What an unattended screen shows at this moment. */
export type Showing =
  | { kind: "live"; stage: StageView; programme: Programme }
  | { kind: "replay"; recording: RecordingView; programme: Programme }
  | { kind: "waiting" };

/** Live before everything; otherwise the replays in turn, `turn` counting those that have been played. Pure. */
export function chooseShowing(screen: ScreenView, turn: number): Showing {
  const stage = screen.stages.find((one) => one.state.phase === "live" && one.state.playlistUrl !== null);
  if (stage) {
    return {
      kind: "live",
      stage,
      programme: {
        kind: "live",
        stageId: stage.id,
        broadcastId: stage.state.broadcastId ?? "",
        playlistUrl: stage.state.playlistUrl,
        liveSinceMs: Date.parse(stage.state.liveSince ?? "") || Date.now(),
      },
    };
  }
  const recording = screen.replays[turn % Math.max(1, screen.replays.length)];
  if (!recording) return { kind: "waiting" };
  return {
    kind: "replay",
    recording,
    programme: {
      kind: "replay",
      recordingId: recording.id,
      playlistUrl: recording.playlistUrl,
      durationSeconds: recording.durationSeconds,
    },
  };
}

/** What is on now and what comes next, over all the screen's stages, at `nowMs`. Pure. */
export function nowAndNextOf(
  screen: ScreenView,
  nowMs: number,
): { now: PresentationView | null; next: PresentationView | null } {
  const all = screen.stages.flatMap((stage) => stage.schedule);
  const startOf = (one: PresentationView) => Date.parse(one.startsAt);
  const now =
    all.find((one) => startOf(one) <= nowMs && nowMs < startOf(one) + one.lengthSeconds * 1000) ?? null;
  const coming = all.filter((one) => startOf(one) > nowMs).sort((a, b) => startOf(a) - startOf(b));
  return { now, next: coming[0] ?? null };
}
