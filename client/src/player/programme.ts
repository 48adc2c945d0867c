/** What a player plays: a stage's programme as it goes on, or a recording of it. */
export type Programme = LiveProgramme | ReplayProgramme;

export interface LiveProgramme {
  kind: "live";
  stageId: string;
  /** One live period of the stage. */
  broadcastId: string;
  /** Multivariant playlist; `null`: only WebRTC. */
  playlistUrl: string | null;
  /** Instant of the programme's first picture, ms since the epoch by the server's clock. */
  liveSinceMs: number;
}

export interface ReplayProgramme {
  kind: "replay";
  recordingId: string;
  playlistUrl: string;
  durationSeconds: number;
}

export function isSameProgramme(one: Programme | null, other: Programme | null): boolean {
  if (one === null || other === null) return one === other;
  if (one.kind === "live" && other.kind === "live")
    return one.stageId === other.stageId && one.broadcastId === other.broadcastId;
  return one.kind === "replay" && other.kind === "replay" && one.recordingId === other.recordingId;
}

export type Quality = "auto" | "720" | "360";
