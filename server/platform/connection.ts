import type { NoticeData, NoticeName } from "../contract/realtime.ts";
import type { Actor } from "./rights.ts";

/** One socket as the features see it. */
export interface Connection {
  readonly id: string;
  /** As of now: the session's grants are renewed when they change. */
  readonly actor: Actor;
  readonly isOpen: boolean;
  /** A name of `channels` (notifier.ts). Entering twice is harmless. */
  join(channel: string): void;
  leave(channel: string): void;
  isIn(channel: string): boolean;
  /** To this socket only; everything else goes through the Notifier. */
  send<Name extends NoticeName>(name: Name, data: NoticeData<Name>): void;
  /** Runs once, when the socket is gone (at once when it is already). Returns the unsubscribe. */
  onGone(listener: () => void): () => void;
}
