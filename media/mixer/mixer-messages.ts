import type { SlateCard } from "../../server/contract/media.ts";
import type { PartWritten, RenditionName, RunStarted } from "../../server/contract/segments.ts";

/*
 * Media node ⇄ mixer over child_process IPC (`serialization: 'advanced'`, so bytes pass as Uint8Array).
 * The mixer is driven by the clock and holds no rights: the node decides what is shown and heard.
 */

/**
 * Where the programme's RTP goes. All targets name ONE mediasoup PlainTransport on loopback, which takes its remote
 * addresses from the first RTP and the first RTCP packet and drops what comes from any other: all RTP must leave from
 * one local socket and all RTCP from one (another). Sender reports (RFC 3550 6.4.1) with instants of one clock are
 * sent at once and about every second: without them viewers cannot change rungs.
 */
export interface RtpTarget {
  ip: string;
  port: number;
  rtcpPort: number;
  payloadType: number;
  ssrc: number;
}

export interface MixerConfig {
  stageId: string;
  /** Canvas of the programme and its frame rate; frames are made every `1000 / fps` ms whatever the sources do. */
  canvas: { widthPx: number; heightPx: number; fps: number };
  /** Largest first; `videoKbps` is the encoder's target; peak 1.5 ×, or hardly more for weak lines. */
  rungs: {
    name: Extract<RenditionName, "v720" | "v360">;
    widthPx: number;
    heightPx: number;
    videoKbps: number;
    isSteady: boolean;
    rtp: RtpTarget;
  }[];
  audio: { opusKbps: number; aacKbps: number; rtp: RtpTarget };
  /** Closed GOP and segment length. */
  segmentSeconds: number;
  /** Parts are about this long, cut at frame borders. */
  partSeconds: number;
  slate: SlateCard;
}

export interface PictureSize {
  widthPx: number;
  heightPx: number;
}

/** How a source reaches the mixer. */
export type SourceOrigin =
  | {
      type: "rtp";
      /** Loopback UDP ports on which the mixer listens; RTCP on `rtcpPort`. */
      port: number;
      rtcpPort: number;
      payloadType: number;
      ssrc: number;
      codec: "h264" | "opus";
      /** RTCP CNAME of the peer: a camera and a microphone with the same one are kept in sync. */
      cname: string;
    }
  | {
      type: "file";
      path: string;
      /** When the file's zero is or was, by `monotonicMs`: the wall clock may be set while it plays. */
      startedAtSteadyMs: number;
    };

/** `picture`: cameras, in order; `screen`: the shared screen of `slides-with-speaker`. */
export interface Scene {
  layout:
    | "full"
    | "side-by-side"
    | "picture-in-picture"
    | "interview"
    | "slides-with-speaker"
    | "video"
    | "slate";
  /** Source ids by place: `slides-with-speaker` has the slides first and the speaker (or nobody) second. */
  pictures: { sourceId: string; label: string }[];
  /** Sources that are heard. */
  audible: string[];
}

export type MixerCommand =
  | { type: "start"; config: MixerConfig }
  | {
      type: "addSource";
      sourceId: string;
      kind: "audio" | "video" | "both";
      origin: SourceOrigin;
      /** A shared screen: while it stands still its picture comes once a second only, which is no stall. */
      isStill?: boolean;
    }
  | { type: "removeSource"; sourceId: string }
  | { type: "setScene"; scene: Scene }
  | { type: "setSlate"; slate: SlateCard }
  /**
   * Begins a run: init segments and parts from the next key frame on. `firstMsn` counts on over runs. `wallOffsetMs`:
   * the broadcast's wall clock minus `monotonicMs`, so that dates of later runs follow those of earlier ones; without
   * it the wall clock as it was when the mixer began.
   */
  | { type: "startPackaging"; run: string; firstMsn: number; wallOffsetMs?: number }
  | { type: "stopPackaging" }
  /** An extra IDR for WebRTC viewers, at most one a second per rung is made. */
  | { type: "requestKeyFrame"; rung: string }
  | { type: "close" };

export type MixerNotice =
  | { type: "started" }
  /** Once a second. A node that misses three takes the mixer for hung. */
  | {
      type: "beat";
      framesMade: number;
      /** Frames that came out later than one frame's time. */
      framesLate: number;
      /** Sound level of the mix, dBFS RMS. */
      levelDb: number;
      /** `size`: of the newest picture that came by RTP, as it was sent. */
      sources: { sourceId: string; isStalled: boolean; levelDb: number | null; size: PictureSize | null }[];
    }
  | { type: "sourceStarted"; sourceId: string }
  | { type: "sourceStalled"; sourceId: string }
  | { type: "sourceRecovered"; sourceId: string }
  /** A file played to its end. */
  | { type: "sourceEnded"; sourceId: string }
  | { type: "sourceFailed"; sourceId: string; reason: string }
  /** Decoder lost its reference: ask the producer for a key frame. */
  | { type: "needKeyFrame"; sourceId: string }
  | { type: "runStarted"; notice: RunStarted; inits: { file: string; bytes: Uint8Array }[] }
  | { type: "part"; notice: PartWritten; isLastOfSegment: boolean; bytes: Uint8Array }
  /** JPEG of the programme for posters and seek previews, every 10 s while packaging. */
  | { type: "thumbnail"; run: string; atMs: number; bytes: Uint8Array }
  | { type: "packagingStopped"; run: string }
  | { type: "failed"; reason: string };
