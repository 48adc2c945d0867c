import type { MediaRequestData } from "../../server/contract/media.ts";
import type { PeerView, SpeakRight } from "../../server/contract/rooms.ts";
import { MediaError } from "../media-error.ts";
import type { Notify } from "../notify.ts";
import { ProgrammeMembership } from "./programme-membership.ts";
import { isVisible, MAX_PEERS, type RoomKind } from "./rights.ts";

/*
 * Who is in a room, and what the others are told of it. Knows no media: the real room and the fake one both keep
 * theirs by it. Owned by its room; `close()` ends its timers.
 */

/** How long a peer whose socket is gone keeps its place. */
const DISCONNECTED_GRACE_MS = 30_000;
/** Counts are told at most this often. */
const COUNT_INTERVAL_MS = 1_000;

interface Entry {
  view: PeerView;
  /** The last view that the others have; `null` while unseen. */
  told: PeerView | null;
  grace: NodeJS.Timeout | undefined;
}

export interface RosterOptions {
  roomId: string;
  kind: RoomKind;
  notify: Notify;
  /** A disconnected peer's time is over; the room removes it. */
  onExpired: (peerId: string) => void;
  /** Audience: the number of peers changed (told at most once a second). */
  onCounted?: (count: number) => void;
  graceMs?: number;
  /** Of the room that this one stands in for. */
  membership?: ProgrammeMembership;
}

export class Roster {
  /** Backstage: who is in the programme. */
  readonly membership: ProgrammeMembership;
  readonly #options: RosterOptions;
  readonly #entries = new Map<string, Entry>();
  #toldCount = 0;
  #countTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: RosterOptions) {
    this.#options = options;
    this.membership = options.membership ?? new ProgrammeMembership();
  }

  get size(): number {
    return this.#entries.size;
  }

  /** @throws room_full */
  requirePlaceFor(peerId: string): void {
    const { kind } = this.#options;
    if (!this.#entries.has(peerId) && this.#entries.size >= MAX_PEERS[kind]) {
      throw new MediaError("room_full", `${this.#options.roomId} is full (${MAX_PEERS[kind]})`);
    }
  }

  /** @throws room_full */
  join(data: MediaRequestData<"room:join">): PeerView {
    this.requirePlaceFor(data.peerId);
    const former = this.#entries.get(data.peerId);
    clearTimeout(former?.grace);
    const view: PeerView = {
      peerId: data.peerId,
      displayName: data.displayName.trim() || "–",
      role: data.role,
      speakRight: this.#options.kind === "audience" ? "none" : rightOf(data, former?.view),
      isAskingToSpeak: false,
      isInProgramme: this.#options.kind === "backstage" && this.membership.includes(data.peerId, data.role),
      isConnected: true,
    };
    this.#entries.set(data.peerId, { view, told: former?.told ?? null, grace: undefined });
    this.#tell(data.peerId);
    this.#countLater();
    return view;
  }

  leave(peerId: string): void {
    const entry = this.#entries.get(peerId);
    if (!entry) return;
    clearTimeout(entry.grace);
    this.#entries.delete(peerId);
    if (entry.told) this.#options.notify("room:peerLeft", { roomId: this.#options.roomId, peerId });
    this.#countLater();
  }

  find(peerId: string): PeerView | null {
    return this.#entries.get(peerId)?.view ?? null;
  }

  /** @throws not_in_room */
  require(peerId: string): PeerView {
    const view = this.find(peerId);
    if (!view) throw new MediaError("not_in_room", `no such peer in ${this.#options.roomId}`);
    return view;
  }

  /** Visible peers, without `exceptPeerId`. */
  visible(exceptPeerId: string | null = null): PeerView[] {
    return this.all().filter((view) => view.peerId !== exceptPeerId && isVisible(this.#options.kind, view));
  }

  all(): PeerView[] {
    return [...this.#entries.values()].map((entry) => entry.view);
  }

  /** Of a booth: visitors who are unseen. Zero elsewhere. */
  get silentVisitorCount(): number {
    if (this.#options.kind !== "booth") return 0;
    return this.all().filter((view) => !isVisible("booth", view)).length;
  }

  setConnected(peerId: string, isConnected: boolean): void {
    const entry = this.#entries.get(peerId);
    if (!entry) return;
    clearTimeout(entry.grace);
    entry.grace = isConnected
      ? undefined
      : setTimeout(() => this.#options.onExpired(peerId), this.#options.graceMs ?? DISCONNECTED_GRACE_MS);
    this.#change(peerId, { isConnected });
  }

  /** @throws forbidden, not_in_room */
  setAsking(peerId: string, isAskingToSpeak: boolean): void {
    if (this.#options.kind !== "booth") throw forbidden("only a booth's visitors ask to speak");
    this.#change(peerId, { isAskingToSpeak });
  }

  /** Admitting answers the raised hand. @throws forbidden, not_in_room */
  setSpeakRight(peerId: string, speakRight: SpeakRight): void {
    if (this.#options.kind === "audience") throw forbidden("an audience does not speak");
    this.#change(peerId, { speakRight, isAskingToSpeak: false });
  }

  /** @throws forbidden, not_in_room */
  setInProgramme(peerId: string, isInProgramme: boolean): void {
    if (this.#options.kind !== "backstage") throw forbidden("only a backstage feeds a programme");
    this.#change(peerId, { isInProgramme });
    this.membership.choose(peerId, isInProgramme);
  }

  /** Everybody backstage off the programme until a host puts them on, or back to the rule. */
  holdBack(isHeldBack: boolean): void {
    this.membership.holdBack(isHeldBack);
    for (const { peerId, role } of this.all()) {
      this.#change(peerId, { isInProgramme: this.membership.includes(peerId, role) });
    }
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#countTimer);
    for (const entry of this.#entries.values()) clearTimeout(entry.grace);
    this.#entries.clear();
  }

  #change(peerId: string, change: Partial<PeerView>): void {
    const entry = this.#entries.get(peerId);
    if (!entry) throw new MediaError("not_in_room", `no such peer in ${this.#options.roomId}`);
    entry.view = { ...entry.view, ...change };
    this.#tell(peerId);
    this.#countLater();
  }

  #tell(peerId: string): void {
    const { roomId, kind, notify } = this.#options;
    const entry = this.#entries.get(peerId);
    if (!entry) return;
    const { view, told } = entry;
    if (!isVisible(kind, view)) {
      if (told) notify("room:peerLeft", { roomId, peerId });
      entry.told = null;
      return;
    }
    if (told && JSON.stringify(told) === JSON.stringify(view)) return;
    entry.told = view;
    notify(told ? "room:peerChanged" : "room:peerJoined", { roomId, peer: view });
  }

  #countLater(): void {
    if (this.#options.kind === "backstage" || this.#countTimer || this.#isClosed) return;
    // The first change after a quiet second is told at once, then at most one a second.
    this.#count();
    this.#countTimer = setTimeout(() => {
      this.#countTimer = undefined;
      if (this.#count()) this.#countLater();
    }, COUNT_INTERVAL_MS);
  }

  #count(): boolean {
    const { roomId, kind, notify, onCounted } = this.#options;
    const count = kind === "booth" ? this.silentVisitorCount : this.#entries.size;
    if (count === this.#toldCount) return false;
    this.#toldCount = count;
    if (kind === "booth") notify("room:silentVisitorsCounted", { roomId, count });
    else onCounted?.(count);
    return true;
  }
}

function forbidden(message: string): MediaError {
  return new MediaError("forbidden", message);
}

/** A visitor who comes back within the grace keeps what the staff gave; everybody else has what their role gives. */
function rightOf(
  data: { role: PeerView["role"]; speakRight: SpeakRight },
  former: PeerView | undefined,
): SpeakRight {
  return data.role === "visitor" && former?.role === "visitor" ? former.speakRight : data.speakRight;
}
