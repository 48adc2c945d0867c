import type { PeerRole, SpeakRight } from "../../server/contract/rooms.ts";
import type { MediaKind, ProducerSource } from "../../server/contract/rtp.ts";

export type RoomKind = "backstage" | "audience" | "booth";

/** Most peers in one room, silent visitors included. */
export const MAX_PEERS: Record<RoomKind, number> = { backstage: 20, audience: 2000, booth: 50 };
/** Cameras and screens of one booth at a time. */
export const MAX_BOOTH_PICTURES = 8;
/** Producers of one room; with them every peer's consumers fit the contract's 64. */
export const MAX_ROOM_PRODUCERS = 60;

const SOURCE_KIND: Record<ProducerSource, MediaKind> = {
  microphone: "audio",
  camera: "video",
  screen: "video",
  programme: "video",
};

export interface Sender {
  role: PeerRole;
  speakRight: SpeakRight;
}

/** Whether this peer may ever send in a room of this kind: then it gets a sending transport when it enters. */
export function mayEverSend(room: RoomKind): boolean {
  return room !== "audience";
}

/** Whether the peer may send this source now. Pure. */
export function maySend(room: RoomKind, sender: Sender, source: ProducerSource): boolean {
  if (room === "audience" || source === "programme") return false;
  if (room === "backstage" && sender.role !== "host" && sender.role !== "speaker") return false;
  if (sender.speakRight === "none") return false;
  return source === "microphone" || sender.speakRight === "picture";
}

/** Whether `source` is carried by this kind of media. Pure. */
export function isKindOf(source: ProducerSource, kind: MediaKind): boolean {
  return SOURCE_KIND[source] === kind;
}

/**
 * Whether the others see the peer in the roster. A booth's visitors are unseen until they ask to speak or may
 * speak; an audience never sees anybody. Pure.
 */
export function isVisible(room: RoomKind, peer: Sender & { isAskingToSpeak: boolean }): boolean {
  if (room === "audience") return false;
  if (room === "backstage") return true;
  return peer.role !== "visitor" || peer.speakRight !== "none" || peer.isAskingToSpeak;
}
