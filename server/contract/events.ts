import { z } from "zod";
import {
  BoothId,
  EventId,
  Instant,
  LinkId,
  LocalText,
  MaterialId,
  MediaId,
  PresentationId,
  RecordingId,
  ShortLocalText,
  Slug,
  StageId,
} from "./ids.ts";
import {
  MediaView,
  PresentationKind,
  PresentationView,
  RecordingView,
  StagePhase,
  StageView,
} from "./stages.ts";

export const EventSummary = z.strictObject({
  id: EventId,
  slug: Slug,
  name: ShortLocalText,
  description: LocalText,
  organisation: z.string().max(200),
  startsAt: Instant,
  endsAt: Instant,
  /** IANA zone in which the event's times are shown. */
  timeZone: z.string().max(64),
  isLive: z.boolean(),
});
export type EventSummary = z.infer<typeof EventSummary>;

export const StageSummary = z.strictObject({
  id: StageId,
  slug: Slug,
  name: ShortLocalText,
  phase: StagePhase,
});

export const BoothKind = z.enum([
  "mental-health",
  "memory",
  "relatives",
  "disability",
  "substance-abuse",
  "children-and-families",
  "volunteers",
  "parish",
  "other",
]);

export const BoothSummary = z.strictObject({
  id: BoothId,
  slug: Slug,
  name: ShortLocalText,
  kind: BoothKind,
  /** One line below the name. */
  tagline: ShortLocalText,
  /** `oklch()`-free plain hex colour of the association, contrast is the client's business. */
  colour: z.string().regex(/^#[0-9a-f]{6}$/),
  isStaffed: z.boolean(),
});
export type BoothSummary = z.infer<typeof BoothSummary>;

export const MaterialView = z.strictObject({
  id: MaterialId,
  title: ShortLocalText,
  /** `link`: opens `url`; `file`: served by this server; `text`: shown in place. */
  kind: z.enum(["link", "file", "text"]),
  url: z.string().max(500).nullable(),
  body: LocalText.nullable(),
});
export type MaterialView = z.infer<typeof MaterialView>;

export const BoothView = z.strictObject({
  ...BoothSummary.shape,
  description: LocalText,
  event: z.strictObject({ id: EventId, slug: Slug, name: ShortLocalText, timeZone: z.string().max(64) }),
  materials: z.array(MaterialView).max(50),
  can: z.strictObject({ staff: z.boolean() }),
});
export type BoothView = z.infer<typeof BoothView>;

export const EventDetails = z.strictObject({
  ...EventSummary.shape,
  stages: z.array(StageSummary).max(20),
  booths: z.array(BoothSummary).max(300),
  schedule: z.array(PresentationView).max(1000),
  recordings: z.array(RecordingView).max(500),
  can: z.strictObject({ manage: z.boolean() }),
});
export type EventDetails = z.infer<typeof EventDetails>;

/** What the organiser page works on. */
export const ManagedPresentation = z.strictObject({ ...PresentationView.shape, media: MediaView.nullable() });
export type ManagedPresentation = z.infer<typeof ManagedPresentation>;
export const ManagedEvent = z.strictObject({
  ...EventSummary.shape,
  stages: z.array(StageSummary).max(20),
  presentations: z.array(ManagedPresentation).max(1000),
  recordings: z.array(RecordingView).max(500),
});
export type ManagedEvent = z.infer<typeof ManagedEvent>;

export const PresentationDraft = z.strictObject({
  stageId: StageId,
  kind: PresentationKind,
  title: ShortLocalText,
  description: LocalText,
  speaker: z.string().trim().max(200),
  startsAt: Instant,
  lengthSeconds: z
    .int()
    .min(60)
    .max(24 * 3600),
});
export type PresentationDraft = z.infer<typeof PresentationDraft>;

export const Role = z.enum(["attendee", "speaker", "host", "staff", "organiser", "screen"]);
export type Role = z.infer<typeof Role>;

/** A right that the session holds, by a link that was opened. */
export const GrantView = z.strictObject({
  role: Role,
  eventId: EventId,
  stageId: StageId.nullable(),
  boothId: BoothId.nullable(),
});
export type GrantView = z.infer<typeof GrantView>;

/** A join link as the event's organiser sees it; the token itself is nowhere kept. */
export const LinkView = z.strictObject({
  id: LinkId,
  role: Role,
  /** "Juontajan linkki"; a screen's name. */
  label: z.string().max(200),
  stageId: StageId.nullable(),
  boothId: BoothId.nullable(),
  /** Name of its stage or booth; `null`: it is for the whole event. */
  place: ShortLocalText.nullable(),
  createdAt: Instant,
  expiresAt: Instant,
  revokedAt: Instant.nullable(),
  /** Browsers that opened it and still have their session. */
  sessionCount: z.int().min(0),
  /** The browser that asks opened it too. */
  isOwn: z.boolean(),
});
export type LinkView = z.infer<typeof LinkView>;

export const SessionView = z.strictObject({ grants: z.array(GrantView).max(50) });

/** What an unattended screen shows. */
export const ScreenView = z.strictObject({
  name: z.string().max(200),
  language: z.enum(["fi", "sv", "en"]),
  event: EventSummary,
  stages: z.array(StageView).max(20),
  /** Published recordings in playing order, looped when nothing is live. */
  replays: z.array(RecordingView).max(200),
});
export type ScreenView = z.infer<typeof ScreenView>;

export const boothNotices = {
  "booth:staffed": z.strictObject({ boothId: BoothId, isStaffed: z.boolean() }),
} as const;

export const boothRequests = {
  "booth:watch": {
    data: z.strictObject({ boothId: BoothId }),
    result: z.strictObject({ isStaffed: z.boolean() }),
  },
  "booth:unwatch": { data: z.strictObject({ boothId: BoothId }), result: z.strictObject({}) },
} as const;

export const mediaNotices = {
  /** To organisers who have the event's manage page open. */
  "media:progressed": z.strictObject({ presentationId: PresentationId, media: MediaView }),
} as const;

export const manageRequests = {
  "manage:watch": { data: z.strictObject({ eventId: EventId }), result: z.strictObject({}) },
  "manage:unwatch": { data: z.strictObject({ eventId: EventId }), result: z.strictObject({}) },
} as const;

export const Params = {
  event: z.strictObject({ event: Slug }),
  stage: z.strictObject({ event: Slug, stage: Slug }),
  booth: z.strictObject({ event: Slug, booth: Slug }),
  presentation: z.strictObject({ event: Slug, presentationId: PresentationId }),
  recording: z.strictObject({ event: Slug, recordingId: RecordingId }),
  link: z.strictObject({ event: Slug, linkId: LinkId }),
  media: z.strictObject({ event: Slug, presentationId: PresentationId, mediaId: MediaId }),
} as const;
