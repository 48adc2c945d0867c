import { createHmac } from "node:crypto";
import type { PeerRole, RoomId, SpeakRight } from "../../contract/rooms.ts";
import type { Authoriser } from "../../platform/authorise.ts";
import { AppError } from "../../platform/errors.ts";
import { type Action, type Actor, may } from "../../platform/rights.ts";
import type { RoomPlace, StagePlace } from "./room-place.ts";

/** As what somebody enters a room. */
export interface Standing {
  role: PeerRole;
  speakRight: SpeakRight;
}

/** @throws unauthorised, forbidden, wrong_phase */
export function requireStanding(
  actor: Actor,
  place: RoomPlace,
  authorise: Authoriser["authorise"],
): Standing {
  switch (place.kind) {
    case "backstage":
      authorise(place, "backstage.enter");
      return { role: may(actor, "backstage.lead", place) ? "host" : "speaker", speakRight: "picture" };
    case "booth": {
      const isStaff = may(actor, "booth.staff", place);
      authorise(place, isStaff ? "booth.staff" : "booth.visit");
      return isStaff ? { role: "staff", speakRight: "picture" } : { role: "visitor", speakRight: "none" };
    }
    case "audience":
      authorise(place, "stage.watch");
      if (!isAudienceOpen(actor, place)) throw AppError.wrongPhase("The stage is not live.");
      return { role: "attendee", speakRight: "none" };
  }
}

/** Those who make the programme may watch its rehearsal. */
function isAudienceOpen(actor: Actor, place: StagePlace): boolean {
  if (place.phase === "live") return true;
  return place.phase === "rehearsal" && may(actor, "backstage.enter", place);
}

/**
 * Whether a stay goes on with the rights that the actor has now. Outside a broadcast an audience room shows what is
 * backstage: it is its makers' only, until the stage closes.
 */
export function mayStay(actor: Actor, role: PeerRole, place: RoomPlace): boolean {
  if (place.kind === "audience" && place.phase !== "live") return may(actor, "backstage.enter", place);
  return may(actor, actionOfRole(role), place);
}

/** The right without which nobody keeps this role. */
function actionOfRole(role: PeerRole): Action {
  switch (role) {
    case "host":
      return "backstage.lead";
    case "speaker":
      return "backstage.enter";
    case "staff":
      return "booth.staff";
    case "visitor":
      return "booth.visit";
    case "attendee":
      return "stage.watch";
  }
}

/** 66 bits. */
const TAG_CHARACTERS = 11;

/**
 * The same for one tab of one browser in one room, so that its return replaces its earlier self. The first half is
 * the browser's own in that room (in both of a stage's), so that who was removed is known by any of their peer ids.
 */
export function peerIdOf(secret: string, tab: { roomId: RoomId; guestKey: string; peerKey: string }): string {
  const { roomId, guestKey, peerKey } = tab;
  const tag = (text: string) =>
    createHmac("sha256", secret).update(text).digest("base64url").slice(0, TAG_CHARACTERS);
  const personRoomId = roomId.replace(/^audience:/, "backstage:");
  return tag(`person\n${personRoomId}\n${guestKey}`) + tag(`peer\n${roomId}\n${guestKey}\n${peerKey}`);
}

export function personTagOf(peerId: string): string {
  return peerId.slice(0, TAG_CHARACTERS);
}
