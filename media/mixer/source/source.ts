import type { PictureSize } from "../mixer-messages.ts";
import type { ShownPicture } from "../picture/picture-queue.ts";
import type { SoundTap } from "../sound/sound-tap.ts";

/** What a source tells its owner; it calls nothing else. */
export interface SourceEvents {
  needKeyFrame(): void;
  ended(): void;
  failed(reason: string): void;
}

/** Something that can be shown, heard or both. Owned by the mixer, which closes it. */
export interface Source {
  /** `null`: this source has no sound. */
  readonly tap: SoundTap | null;
  /** The picture for this instant; `null` before the first, or without picture. Owned by the source. */
  pictureAt(nowMs: number): ShownPicture | null;
  /** Gives up what was waited for long enough. Called every 20 ms: a timer in each source would wake the process as often again. */
  tick(): void;
  /** Programme time at which something last came that can be shown or heard; `null` before that. */
  readonly lastAliveMs: number | null;
  /** Of the newest picture; `null`: none yet, or not told of this kind of source. */
  readonly size: PictureSize | null;
  /** True when it played to its end. */
  readonly isEnded: boolean;
  /** Idempotent; frees all at once or when what is under way has come back. Never waits for the network. */
  close(): void;
}
