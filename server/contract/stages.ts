import { z } from "zod";
import {
  BroadcastId,
  EventId,
  Instant,
  LocalText,
  MediaId,
  PresentationId,
  RecordingId,
  Seq,
  ShortLocalText,
  Slug,
  StageId,
} from "./ids.ts";
import { RtpCapabilities } from "./rtp.ts";

export const StagePhase = z.enum(["closed", "rehearsal", "live", "ended"]);
export type StagePhase = z.infer<typeof StagePhase>;

export const PresentationKind = z.enum(["live", "video", "break", "music", "interview"]);
export type PresentationKind = z.infer<typeof PresentationKind>;

export const PresentationView = z.strictObject({
  id: PresentationId,
  stageId: StageId,
  kind: PresentationKind,
  title: ShortLocalText,
  description: LocalText,
  /** Speaker's or association's name as shown; may be empty. */
  speaker: z.string().max(200),
  startsAt: Instant,
  lengthSeconds: z
    .int()
    .min(60)
    .max(24 * 3600),
});
export type PresentationView = z.infer<typeof PresentationView>;

/** What is on the programme: layout and what feeds it, as people are told about it. */
export const SceneName = z.enum([
  "full",
  "side-by-side",
  "picture-in-picture",
  "interview",
  "slides-with-speaker",
  "video",
  "slate",
]);
export type SceneName = z.infer<typeof SceneName>;

export const RecordingView = z.strictObject({
  id: RecordingId,
  stageId: StageId,
  presentationId: PresentationId.nullable(),
  title: ShortLocalText,
  startedAt: Instant,
  durationSeconds: z.number().min(0),
  isPublished: z.boolean(),
  /** Address of the VOD multivariant playlist, below this origin. */
  playlistUrl: z.string().max(300),
  posterUrl: z.string().max(300).nullable(),
  /** WebVTT with `#xywh`-less image cues, one a thumbnail. */
  thumbnailsUrl: z.string().max(300).nullable(),
});
export type RecordingView = z.infer<typeof RecordingView>;

/** The part of a stage that changes while people watch; `seq` grows with each change. */
export const StageState = z.strictObject({
  stageId: StageId,
  seq: Seq,
  phase: StagePhase,
  broadcastId: BroadcastId.nullable(),
  liveSince: Instant.nullable(),
  /** Live multivariant playlist below this origin, `null` when not live. */
  playlistUrl: z.string().max(300).nullable(),
  scene: SceneName,
  nowId: PresentationId.nullable(),
  nextId: PresentationId.nullable(),
  /** The recording stopped (disk full) although the live picture goes on. */
  isRecordingFailing: z.boolean(),
  /** What makes the programme dies again and again: there is no picture for now, and it comes back by itself. */
  isProgrammeFailing: z.boolean(),
});
export type StageState = z.infer<typeof StageState>;

export const StageView = z.strictObject({
  id: StageId,
  slug: Slug,
  name: ShortLocalText,
  description: LocalText,
  event: z.strictObject({ id: EventId, slug: Slug, name: ShortLocalText, timeZone: z.string().max(64) }),
  state: StageState,
  viewerCount: z.int().min(0),
  schedule: z.array(PresentationView).max(500),
  recordings: z.array(RecordingView).max(200),
  /** Of the audience room, so that the page can enter with one request. */
  audienceRtpCapabilities: RtpCapabilities.nullable(),
  /** What the asker may do here beyond watching. */
  can: z.strictObject({ enterBackstage: z.boolean(), drive: z.boolean(), moderate: z.boolean() }),
});
export type StageView = z.infer<typeof StageView>;

export const stageRequests = {
  /** Subscribes to the stage's notices; answers with the present state. */
  "stage:watch": {
    data: z.strictObject({ stageId: StageId, isCounted: z.boolean() }),
    result: z.strictObject({ state: StageState, viewerCount: z.int().min(0) }),
  },
  "stage:unwatch": { data: z.strictObject({ stageId: StageId }), result: z.strictObject({}) },
  /** closed | ended → rehearsal */
  "stage:openRehearsal": {
    data: z.strictObject({ stageId: StageId }),
    result: z.strictObject({ state: StageState }),
  },
  /** rehearsal → live */
  "stage:goLive": {
    data: z.strictObject({ stageId: StageId }),
    result: z.strictObject({ state: StageState }),
  },
  /** live → ended */
  "stage:end": { data: z.strictObject({ stageId: StageId }), result: z.strictObject({ state: StageState }) },
  /** rehearsal → closed */
  "stage:close": {
    data: z.strictObject({ stageId: StageId }),
    result: z.strictObject({ state: StageState }),
  },
} as const;

export const stageNotices = {
  "stage:changed": z.strictObject({ state: StageState }),
  /** When it changed: at most one a second to those who watch without being counted, one in 20 s to the audience. */
  "stage:viewersCounted": z.strictObject({ stageId: StageId, count: z.int().min(0) }),
  "stage:scheduleChanged": z.strictObject({ stageId: StageId, schedule: z.array(PresentationView).max(500) }),
  "stage:recordingsChanged": z.strictObject({
    stageId: StageId,
    recordings: z.array(RecordingView).max(200),
  }),
} as const;

export const MediaState = z.enum(["uploading", "queued", "converting", "ready", "failed"]);
export const MediaView = z.strictObject({
  id: MediaId,
  originalName: z.string().max(200),
  state: MediaState,
  /** 0 to 1 of the conversion. */
  progress: z.number().min(0).max(1),
  durationSeconds: z.number().nullable(),
  /** Why it failed, as a code that the client has a sentence for. */
  failure: z.enum(["unsupported", "too_long", "too_large", "broken", "internal"]).nullable(),
});
export type MediaView = z.infer<typeof MediaView>;
