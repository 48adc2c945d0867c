import type { StandingLoad } from "./standing-load.ts";

/** What a standing load of its own kind has beside the usual: found again by the load, and ended after it. */
export class LoadExtra<Extra extends object> {
  readonly #of = new WeakMap<StandingLoad, Extra>();
  readonly #what: string;

  /** `what`: for people, when a load without it is asked. */
  constructor(what: string) {
    this.#what = what;
  }

  /** @returns the load, whose `close()` now runs `end` at its end, whatever happens */
  add(load: StandingLoad, extra: Extra, end: () => unknown): StandingLoad {
    this.#of.set(load, extra);
    const close = load.close.bind(load);
    load.close = () => close().finally(end);
    return load;
  }

  /** @throws when the load was made without it */
  of(load: StandingLoad): Extra {
    const found = this.#of.get(load);
    if (!found) throw new Error(`this load has no ${this.#what}`);
    return found;
  }
}
