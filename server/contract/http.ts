import { z } from "zod";
import {
  BoothView,
  EventDetails,
  EventSummary,
  LinkView,
  ManagedEvent,
  ManagedPresentation,
  Params,
  PresentationDraft,
  ScreenView,
  SessionView,
} from "./events.ts";
import { Instant } from "./ids.ts";
import { RecordingView, StageView } from "./stages.ts";

/** One HTTP door under `/api`. What is not in this table is not mounted; OpenAPI is made from it. */
export interface HttpDoor {
  method: "get" | "post" | "patch" | "delete";
  /** Express path with `:name` parameters, below `/api`. */
  path: string;
  params: z.ZodType;
  body: z.ZodType;
  result: z.ZodType;
  summary: string;
}

const nothing = z.strictObject({});

export const httpDoors = {
  listEvents: {
    method: "get",
    path: "/events",
    params: nothing,
    body: nothing,
    result: z.strictObject({ events: z.array(EventSummary).max(200) }),
    summary: "Events that anybody may open",
  },
  readEvent: {
    method: "get",
    path: "/events/:event",
    params: Params.event,
    body: nothing,
    result: EventDetails,
    summary: "An event with its stages, booths, schedule and published recordings",
  },
  readStage: {
    method: "get",
    path: "/events/:event/stages/:stage",
    params: Params.stage,
    body: nothing,
    result: StageView,
    summary: "A stage as its page shows it",
  },
  readBooth: {
    method: "get",
    path: "/events/:event/booths/:booth",
    params: Params.booth,
    body: nothing,
    result: BoothView,
    summary: "A booth with its texts and materials",
  },
  readManagedEvent: {
    method: "get",
    path: "/events/:event/manage",
    params: Params.event,
    body: nothing,
    result: ManagedEvent,
    summary: "An event as its organiser works on it",
  },
  createPresentation: {
    method: "post",
    path: "/events/:event/presentations",
    params: Params.event,
    body: PresentationDraft,
    result: ManagedPresentation,
    summary: "Adds a presentation to a stage's schedule",
  },
  updatePresentation: {
    method: "patch",
    path: "/events/:event/presentations/:presentationId",
    params: Params.presentation,
    body: PresentationDraft.partial(),
    result: ManagedPresentation,
    summary: "Changes or moves a presentation",
  },
  deletePresentation: {
    method: "delete",
    path: "/events/:event/presentations/:presentationId",
    params: Params.presentation,
    body: nothing,
    result: nothing,
    summary: "Removes a presentation from the schedule",
  },
  updateRecording: {
    method: "patch",
    path: "/events/:event/recordings/:recordingId",
    params: Params.recording,
    body: z.strictObject({ isPublished: z.boolean() }),
    result: RecordingView,
    summary: "Publishes or unpublishes a recording",
  },
  listLinks: {
    method: "get",
    path: "/events/:event/links",
    params: Params.event,
    body: nothing,
    result: z.strictObject({ links: z.array(LinkView).max(1000) }),
    summary: "The event's join links, newest first",
  },
  revokeLink: {
    method: "delete",
    path: "/events/:event/links/:linkId",
    params: Params.link,
    body: nothing,
    result: LinkView,
    summary: "Takes a join link and all that it gave back; whoever relied on it is out at once",
  },
  openLink: {
    method: "post",
    path: "/session",
    params: nothing,
    body: z.strictObject({ token: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
    result: z.strictObject({ session: SessionView, goTo: z.string().max(300) }),
    summary: "Exchanges a join link's token for a session",
  },
  readSession: {
    method: "get",
    path: "/session",
    params: nothing,
    body: nothing,
    result: SessionView,
    summary: "The rights that this browser holds",
  },
  leaveSession: {
    method: "delete",
    path: "/session",
    params: nothing,
    body: nothing,
    result: nothing,
    summary: "Gives the rights back",
  },
  readScreen: {
    method: "get",
    path: "/screen",
    params: nothing,
    body: nothing,
    result: ScreenView,
    summary: "What this unattended screen shows",
  },
  readClock: {
    method: "get",
    path: "/clock",
    params: nothing,
    body: nothing,
    result: z.strictObject({ now: Instant }),
    summary: "The server's clock, for displays whose own is wrong",
  },
} as const satisfies Record<string, HttpDoor>;

export type HttpDoors = typeof httpDoors;
export type HttpDoorName = keyof HttpDoors;

/** Where the resumable upload (tus) of a presentation's video lives; metadata `presentationId`, `filename`. */
export const UPLOADS_PATH = "/api/uploads";
/** Live HLS: `/media/live/<broadcastId>/main.m3u8` and its files; replays: `/media/replay/<recordingId>/…`. */
export const LIVE_PATH = "/media/live";
export const REPLAY_PATH = "/media/replay";
/** Join links: `/join#<token>`; the fragment never reaches a log. */
export const JOIN_PATH = "/join";
