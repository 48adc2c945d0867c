import type { PeerView } from "../../server/contract/rooms.ts";

/** Most people whose choice is kept; those who chose longest ago are forgotten first. */
const MAX_CHOICES = 500;

/**
 * Who of a backstage is seen and heard in the programme: hosts and speakers, unless a host took them out. While
 * people are held back (the schedule went on air by itself) it is nobody but whom a host puts on. Outlives the room
 * whose worker died.
 */
export class ProgrammeMembership {
  readonly #choices = new Map<string, boolean>();
  #isHeldBack = false;

  includes(peerId: string, role: PeerView["role"]): boolean {
    if (role !== "host" && role !== "speaker") return false;
    return this.#choices.get(peerId) ?? !this.#isHeldBack;
  }

  choose(peerId: string, isInProgramme: boolean): void {
    this.#choices.delete(peerId);
    this.#choices.set(peerId, isInProgramme);
    if (this.#choices.size > MAX_CHOICES) this.#choices.delete(this.#choices.keys().next().value ?? "");
  }

  /** Who was put on in rehearsal was not asked about going on air now: only being taken out is kept. */
  holdBack(isHeldBack: boolean): void {
    if (isHeldBack === this.#isHeldBack) return;
    this.#isHeldBack = isHeldBack;
    for (const [peerId, isInProgramme] of this.#choices) if (isInProgramme) this.#choices.delete(peerId);
  }
}
