import type { ManagedEvent, ManagedPresentation } from "../../contract/events.ts";
import {
  presentEventSummary,
  presentMedia,
  presentPresentation,
  presentRecording,
  presentStageSummary,
} from "../../platform/present.ts";
import type { findManagedEvent, ManagedPresentationRow } from "./schedule.store.ts";

export function presentManagedPresentation(row: ManagedPresentationRow): ManagedPresentation {
  return { ...presentPresentation(row), media: row.media[0] ? presentMedia(row.media[0]) : null };
}

export function presentManagedEvent(
  row: NonNullable<Awaited<ReturnType<typeof findManagedEvent>>>,
): ManagedEvent {
  return {
    ...presentEventSummary(
      row,
      row.stages.some((stage) => stage.phase === "live"),
    ),
    stages: row.stages.map(presentStageSummary),
    presentations: row.presentations.map(presentManagedPresentation),
    recordings: row.recordings.map(presentRecording),
  };
}
