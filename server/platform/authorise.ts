import { AppError } from "./errors.ts";
import {
  type Action,
  type Actor,
  type DoorName,
  doorActions,
  isOpenToAnyone,
  may,
  type Target,
} from "./rights.ts";

/**
 * A door's key: `authorise(target)` throws unless the actor may do the door's action to it. `wasAsked` tells the door
 * afterwards whether its handler forgot.
 */
export interface Authoriser {
  /** @throws unauthorised without any grant, forbidden with others. `action` only where the door has several. */
  authorise(target: Target, action?: Action): void;
  readonly wasAsked: boolean;
}

export function createAuthoriser(actor: Actor, door: DoorName): Authoriser {
  const entry: Action | readonly Action[] = doorActions[door];
  const actions = typeof entry === "string" ? [entry] : entry;
  let wasAsked = actions.every(isOpenToAnyone);
  return {
    get wasAsked() {
      return wasAsked;
    },
    authorise(target, action = actions[0]) {
      if (action === undefined || !actions.includes(action))
        throw new Error(`${door} has no action ${action}`);
      wasAsked = true;
      if (may(actor, action, target)) return;
      throw actor.grants.length === 0 ? AppError.unauthorised() : AppError.forbidden();
    },
  };
}
