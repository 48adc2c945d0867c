import type { ErrorCode } from "../api/contract.ts";
import type { Quality } from "./programme.ts";

export type EntranceState =
  | { phase: "entering" }
  | { phase: "open" }
  /** The room went away and is being entered again. */
  | { phase: "returning" }
  | { phase: "closed"; reason: ErrorCode | "stage_closed" };

/** One viewer's place in a stage's audience room: receives the programme, sends nothing. */
export interface AudienceEntrance {
  /** Holds the programme's tracks as they come and go. */
  readonly stream: MediaStream;
  /** The line loses what is sent, or did until the small picture was chosen. */
  readonly isLineFull: boolean;
  subscribe(listener: () => void): () => void;
  getSnapshot(): EntranceState;
  /** Grows while media arrives; what the stall watch looks at. */
  readProgress(): Promise<number>;
  /** Nothing comes any more: does what may bring it back. @returns false when there is nothing to be done */
  mend(): boolean;
  /** Without the picture, for ears and narrow lines. */
  setAudioOnly(isAudioOnly: boolean): void;
  /** Nothing is sent while paused. */
  setPaused(isPaused: boolean): void;
  setQuality(quality: Quality): void;
  close(): void;
}

export type OpenAudienceEntrance = (stageId: string, options: EntranceOptions) => AudienceEntrance;
export interface EntranceOptions {
  isAudioOnly: boolean;
  quality: Quality;
}
