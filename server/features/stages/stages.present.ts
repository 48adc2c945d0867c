import { routerRtpCapabilities } from "../../contract/router-capabilities.ts";
import type { SceneName, StageState as StageStateView, StageView } from "../../contract/stages.ts";
import {
  livePlaylistUrl,
  presentEventRef,
  presentPresentation,
  presentRecording,
  presentShortText,
  presentText,
} from "../../platform/present.ts";
import { type Actor, may } from "../../platform/rights.ts";
import type { ScheduleEntry } from "./schedule-entry.ts";
import type { StageDesk } from "./stage-desk.ts";
import type { StageState } from "./stage-state.ts";

export function presentStageState(input: {
  stageId: string;
  seq: number;
  state: StageState;
  scene: SceneName;
  now: ScheduleEntry | null;
  next: ScheduleEntry | null;
  isRecordingFailing: boolean;
  isProgrammeFailing: boolean;
}): StageStateView {
  const { state } = input;
  const isLive = state.phase === "live";
  const isOpen = isLive || state.phase === "rehearsal";
  return {
    stageId: input.stageId,
    seq: input.seq,
    phase: state.phase,
    broadcastId: isLive ? state.broadcastId : null,
    liveSince: isLive ? state.liveSince.toISOString() : null,
    playlistUrl: isLive ? livePlaylistUrl(state.broadcastId) : null,
    scene: input.scene,
    nowId: input.now?.id ?? null,
    nextId: input.next?.id ?? null,
    isRecordingFailing: isLive && input.isRecordingFailing,
    isProgrammeFailing: isOpen && input.isProgrammeFailing,
  };
}

export function presentStageView(desk: StageDesk, actor: Actor, viewerCount: number): StageView {
  const { row } = desk;
  const target = { eventId: row.eventId, stageId: row.id };
  return {
    id: row.id,
    slug: row.slug,
    name: presentShortText(row.name),
    description: presentText(row.description),
    event: presentEventRef(row.event),
    state: desk.announced,
    viewerCount,
    schedule: row.presentations.map(presentPresentation),
    recordings: desk.recordings.map(presentRecording),
    audienceRtpCapabilities: desk.isOpen ? routerRtpCapabilities : null,
    can: {
      enterBackstage: may(actor, "backstage.enter", target),
      drive: may(actor, "stage.drive", target),
      moderate: may(actor, "stage.moderate", target),
    },
  };
}
