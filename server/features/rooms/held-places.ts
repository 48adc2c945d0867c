/*
 * Places whose sockets are gone: the media node holds them for 30 s, with the media that go on there. Whoever's right to
 * one is taken back meanwhile is out of it like those whose sockets are there. Owned and closed by the feature.
 */
import type { ServerContext } from "../../platform/context.ts";
import type { Actor } from "../../platform/rights.ts";
import { placeNow } from "./clear-audience.ts";
import type { Presence, Presences } from "./presences.ts";
import { mayStay } from "./rooms.policy.ts";

/** Longer than the node holds a place (`Roster`), also when it hears late of the socket's end. */
const HELD_MS = 45_000;
/** As for sockets: with `keptMs` of the identities who lost a right is out within 10 s. */
const LOOK_INTERVAL_MS = 3_000;

interface HeldPlace {
  former: Presence;
  /** As it was when the socket went; its session is looked at anew. */
  actor: Actor;
  /** By the monotonic clock. */
  untilMs: number;
}

export class HeldPlaces {
  readonly #ctx: ServerContext;
  readonly #presences: Presences;
  readonly #held = new Set<HeldPlace>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribes: (() => void)[];
  #isLooking = false;

  constructor(ctx: ServerContext, presences: Presences) {
    this.#ctx = ctx;
    this.#presences = presences;
    this.#timer = setInterval(() => void this.#look(), LOOK_INTERVAL_MS);
    this.#timer.unref();
    this.#unsubscribes = [
      ctx.domain.on("linkRevoked", () => this.#look()),
      ctx.domain.on("sessionChanged", () => this.#look()),
    ];
  }

  /** What needs no link cannot be taken back from one person alone. */
  add(former: Presence): void {
    const { actor } = former.connection;
    if (actor.sessionId === null) return;
    this.#held.add({ former, actor, untilMs: performance.now() + HELD_MS });
  }

  close(): void {
    clearInterval(this.#timer);
    for (const unsubscribe of this.#unsubscribes) unsubscribe();
    this.#held.clear();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    // While the database or the node is away they are looked at again.
    for (const held of [...this.#held])
      await this.#lookAt(held).catch((err: unknown) =>
        this.#ctx.log.debug({ err }, `[${held.former.roomId}] a held place cannot be looked at`),
      );
    this.#isLooking = false;
  }

  async #lookAt(held: HeldPlace): Promise<void> {
    const { roomId, peerId, role, place } = held.former;
    const isOver = () => performance.now() > held.untilMs || this.#presences.find(roomId, peerId) !== null;
    if (isOver()) return void this.#held.delete(held);
    const actor = await this.#ctx.identities.refresh(held.actor);
    if (mayStay(actor, role, await placeNow(this.#ctx, place)) || isOver()) return;
    await this.#ctx.media.request("room:leave", { roomId, peerId });
    this.#held.delete(held);
  }
}
