/*
 * Who may do what: one table of roles by action, and one of doors by action. Read by route() and answer(), by the
 * pages' `can` fields and by the tests; a door without a row does not start.
 */
import type { HttpDoorName } from "../contract/http.ts";
import type { RequestName } from "../contract/realtime.ts";

export type GrantRole = "speaker" | "host" | "staff" | "organiser" | "screen";

/** A right that a join link gave. `stageId` and `boothId` `null`: all of the event's. */
export interface Grant {
  role: GrantRole;
  eventId: string;
  stageId: string | null;
  boothId: string | null;
}

/** Whoever asks; always from cookies, never from the payload. */
export interface Actor {
  /** Random key of the browser; not kept anywhere. */
  guestKey: string;
  /** SHA-256 of the session cookie in hex; `null` without a session. */
  sessionId: string | null;
  grants: readonly Grant[];
}

/** What the action is done to. */
export interface Target {
  eventId: string;
  stageId?: string;
  boothId?: string;
}

const anyone = "anyone";

/** Roles that may; `anyone` needs no link. */
export const rights = {
  "event.read": anyone,
  "event.manage": ["organiser"],
  "stage.watch": anyone,
  "stage.drive": ["host", "organiser"],
  "stage.moderate": ["host", "organiser"],
  "backstage.enter": ["host", "speaker", "organiser"],
  /** Chooses who is in the programme, removes peers. */
  "backstage.lead": ["host", "organiser"],
  "booth.visit": anyone,
  "booth.staff": ["staff"],
  "chat.read": anyone,
  "chat.write": anyone,
  /** Of a stage's or a booth's chat. */
  "chat.moderate": ["host", "staff", "organiser"],
  "recording.publish": ["organiser", "host"],
  "upload.send": ["organiser"],
  "screen.read": ["screen"],
  "session.own": anyone,
} as const satisfies Record<string, typeof anyone | readonly GrantRole[]>;
export type Action = keyof typeof rights;

/** What a role's grant is bound to. */
const scopeOf: Record<GrantRole, "event" | "stage" | "booth"> = {
  organiser: "event",
  screen: "event",
  host: "stage",
  speaker: "stage",
  staff: "booth",
};

/** Every door's action. Doors with several act on objects of several kinds; they name the one in `authorise`. */
export const doorActions = {
  listEvents: "event.read",
  readEvent: "event.read",
  readStage: "stage.watch",
  readBooth: "booth.visit",
  readManagedEvent: "event.manage",
  createPresentation: "event.manage",
  updatePresentation: "event.manage",
  deletePresentation: "event.manage",
  updateRecording: "recording.publish",
  listLinks: "event.manage",
  revokeLink: "event.manage",
  openLink: "session.own",
  readSession: "session.own",
  leaveSession: "session.own",
  readScreen: "screen.read",
  readClock: "event.read",
  "chat:join": "chat.read",
  "chat:leave": "chat.read",
  "chat:readBefore": "chat.read",
  "chat:send": "chat.write",
  "chat:delete": "chat.moderate",
  "stage:watch": "stage.watch",
  "stage:unwatch": "stage.watch",
  "stage:openRehearsal": "stage.drive",
  "stage:goLive": "stage.drive",
  "stage:end": "stage.drive",
  "stage:close": "stage.drive",
  "booth:watch": "booth.visit",
  "booth:unwatch": "booth.visit",
  "manage:watch": "event.manage",
  "manage:unwatch": "session.own",
  "room:join": ["stage.watch", "backstage.enter", "booth.visit", "booth.staff"],
  "room:leave": "session.own",
  "room:connectTransport": "session.own",
  "room:restartIce": "session.own",
  "room:produce": "session.own",
  "room:setProducerPaused": "session.own",
  "room:closeProducer": "session.own",
  "room:setConsumerPaused": "session.own",
  "room:setConsumerLayer": "session.own",
  "room:askToSpeak": "session.own",
  "room:setSpeakRight": "booth.staff",
  "room:setInProgramme": "backstage.lead",
  "room:removePeer": ["backstage.lead", "booth.staff"],
  "room:listRemoved": ["backstage.lead", "booth.staff"],
  "room:letIn": ["backstage.lead", "booth.staff"],
} as const satisfies Record<HttpDoorName | RequestName, Action | readonly Action[]>;
export type DoorName = keyof typeof doorActions;

/** Pure. */
export function may(actor: Actor, action: Action, target: Target): boolean {
  const roles: typeof anyone | readonly GrantRole[] = rights[action];
  if (roles === anyone) return true;
  return actor.grants.some((grant) => roles.includes(grant.role) && covers(grant, target));
}

/** True when the action needs no link at all. */
export function isOpenToAnyone(action: Action): boolean {
  return rights[action] === anyone;
}

export function covers(grant: Grant, target: Target): boolean {
  if (grant.eventId !== target.eventId) return false;
  switch (scopeOf[grant.role]) {
    case "event":
      return true;
    case "stage":
      return target.stageId !== undefined && (grant.stageId === null || grant.stageId === target.stageId);
    case "booth":
      return target.boothId !== undefined && (grant.boothId === null || grant.boothId === target.boothId);
  }
}
