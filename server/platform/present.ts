/*
 * Rows that several features show, as the contract says. A feature's own shapes are in its `*.present.ts`.
 */
import type { z } from "zod";
import type { Booth, Event, Media, Presentation, Recording, Stage } from "../../gen/prisma/client.ts";
import { BoothKind, type BoothSummary, type EventSummary, type StageSummary } from "../contract/events.ts";
import { LIVE_PATH, REPLAY_PATH } from "../contract/http.ts";
import { LocalText, ShortLocalText } from "../contract/ids.ts";
import { MediaView, type PresentationView, type RecordingView } from "../contract/stages.ts";

/** A JSON column that holds a LocalText. @throws when the row is not one: a bug or a hand-made row. */
export function presentText(column: unknown): LocalText {
  return LocalText.parse(column);
}
export function presentShortText(column: unknown): z.infer<typeof ShortLocalText> {
  return ShortLocalText.parse(column);
}

export function presentEventSummary(
  row: Event & { organisation: { name: string } },
  isLive: boolean,
): EventSummary {
  return {
    id: row.id,
    slug: row.slug,
    name: presentShortText(row.name),
    description: presentText(row.description),
    organisation: row.organisation.name,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    timeZone: row.timeZone,
    isLive,
  };
}

/** The event as a stage's or booth's page names it. */
export function presentEventRef(row: Pick<Event, "id" | "slug" | "name" | "timeZone">) {
  return { id: row.id, slug: row.slug, name: presentShortText(row.name), timeZone: row.timeZone };
}

export function presentStageSummary(
  row: Pick<Stage, "id" | "slug" | "name" | "phase">,
): z.infer<typeof StageSummary> {
  return { id: row.id, slug: row.slug, name: presentShortText(row.name), phase: row.phase };
}

export function presentBoothSummary(row: Booth, isStaffed: boolean): BoothSummary {
  return {
    id: row.id,
    slug: row.slug,
    name: presentShortText(row.name),
    kind: BoothKind.catch("other").parse(row.kind),
    tagline: presentShortText(row.tagline),
    colour: row.colour,
    isStaffed,
  };
}

export function presentPresentation(row: Presentation): PresentationView {
  return {
    id: row.id,
    stageId: row.stageId,
    kind: row.kind,
    title: presentShortText(row.title),
    description: presentText(row.description),
    speaker: row.speaker,
    startsAt: row.startsAt.toISOString(),
    lengthSeconds: row.lengthSeconds,
  };
}

export function presentRecording(row: Recording & { broadcast: { stageId: string } }): RecordingView {
  const folder = `${REPLAY_PATH}/${row.id}`;
  return {
    id: row.id,
    stageId: row.broadcast.stageId,
    presentationId: row.presentationId,
    title: presentShortText(row.title),
    startedAt: row.startedAt.toISOString(),
    durationSeconds:
      row.durationSeconds ?? Math.max(0, (row.endedAt.getTime() - row.startedAt.getTime()) / 1000),
    isPublished: row.isPublished,
    playlistUrl: `${folder}/main.m3u8`,
    posterUrl: `${folder}/poster.jpg`,
    thumbnailsUrl: `${folder}/thumbnails.vtt`,
  };
}

/** An uploaded video. */
export function presentMedia(row: Media): z.infer<typeof MediaView> {
  return {
    id: row.id,
    originalName: row.originalName.slice(0, 200),
    state: row.state,
    progress: Math.min(1, Math.max(0, row.progress)),
    durationSeconds: row.durationSeconds,
    failure: row.failure === null ? null : MediaView.shape.failure.catch("internal").parse(row.failure),
  };
}

/** Of a broadcast that runs. */
export function livePlaylistUrl(broadcastId: string): string {
  return `${LIVE_PATH}/${broadcastId}/main.m3u8`;
}
