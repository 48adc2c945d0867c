/** How long a visitor whom the staff removed stays out. */
const REMOVED_MS = 15 * 60_000;
const KEPT = 1_000;

/** Visitors whom a booth's staff removed. In memory only: nothing about visitors is kept. */
export class Removals {
  readonly #untilMs = new Map<string, number>();

  add(roomId: string, guestKey: string): void {
    if (this.#untilMs.size >= KEPT) this.#untilMs.clear();
    this.#untilMs.set(`${roomId}/${guestKey}`, performance.now() + REMOVED_MS);
  }

  has(roomId: string, guestKey: string): boolean {
    return (this.#untilMs.get(`${roomId}/${guestKey}`) ?? 0) > performance.now();
  }
}
