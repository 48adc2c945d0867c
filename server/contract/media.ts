import { z } from "zod";
import { ErrorBody } from "./errors.ts";
import { BroadcastId, DisplayName, Instant, MediaObjectId, PeerId, ServedFileName, StageId } from "./ids.ts";
import {
  ConsumerOptions,
  EntryDtlsParameters,
  JoinedRoom,
  KeptTransportId,
  PeerRole,
  PeerView,
  RoomId,
  SpeakRight,
} from "./rooms.ts";
import {
  DtlsParameters,
  IceParameters,
  MediaKind,
  ProducerSource,
  ReceiverRtpCapabilities,
  RtpCapabilities,
  RtpParameters,
} from "./rtp.ts";
import { StoreNotice } from "./segments.ts";
import { SceneName } from "./stages.ts";

/*
 * Server ⇄ media node. Requests are idempotent where they can be, so that either side may restart and ask
 * again: opening what is open answers its present state. Rights come with each request; the node keeps none.
 */

/** Texts of the generated card, already in the event's language. */
export const SlateCard = z.strictObject({
  reason: z.enum(["starting-soon", "break", "technical-fault", "end", "audio-only"]),
  eventName: z.string().max(200),
  title: z.string().max(200),
  subtitle: z.string().max(200),
  /** e.g. "Seuraavaksi 10.15: Unen merkitys"; may be empty. */
  nextLine: z.string().max(200),
});
export type SlateCard = z.infer<typeof SlateCard>;

/** A recorded presentation on air: `file` under the data folder's `media/`; its zero is at `startedAt`. */
export const VideoItem = z.strictObject({
  itemId: z.string().max(64),
  file: ServedFileName,
  startedAt: Instant,
});
export type VideoItem = z.infer<typeof VideoItem>;

const room = { roomId: RoomId } as const;
const peer = { ...room, peerId: PeerId } as const;
const stage = { stageId: StageId } as const;
const none = z.strictObject({});

export const StageStatus = z.strictObject({
  ...stage,
  broadcastId: BroadcastId.nullable(),
  scene: SceneName,
  /** Its mixers die one after the other, and the next one is waited for. */
  isFailing: z.boolean(),
  audienceRtpCapabilities: RtpCapabilities,
});
export type StageStatus = z.infer<typeof StageStatus>;

export const mediaRequests = {
  /** What the node has open, for the server's reconciliation after either's restart. */
  "node:describe": {
    data: none,
    result: z.strictObject({
      nodeId: z.string().max(64),
      stages: z.array(StageStatus).max(100),
      rooms: z.array(z.strictObject({ ...room, peers: z.array(PeerView).max(2000) })).max(1000),
    }),
  },
  /** Opens backstage, audience room and mixer. Answers the status when already open. */
  "stage:open": { data: z.strictObject({ ...stage, slate: SlateCard }), result: StageStatus },
  "stage:close": { data: z.strictObject(stage), result: none },
  /** From here the programme is packaged into `segments/<broadcastId>/`. Answers when the first run has begun. */
  "stage:startBroadcast": {
    data: z.strictObject({
      ...stage,
      broadcastId: BroadcastId,
      /** Nobody backstage is in the programme until a host puts them there; for what the schedule starts. */
      isBackstageHeldBack: z.boolean().optional(),
      /** How far an earlier life of it was told: numbers and dates go on after that, whatever the disk holds. */
      told: z.strictObject({ msn: z.int().min(0), endMs: z.number().min(0) }).optional(),
    }),
    result: z.strictObject({ startedAtMs: z.number() }),
  },
  /** Answers when the last segment is on disk. */
  "stage:endBroadcast": {
    data: z.strictObject({ ...stage, broadcastId: BroadcastId }),
    result: z.strictObject({ endedAtMs: z.number() }),
  },
  "stage:setSlate": { data: z.strictObject({ ...stage, slate: SlateCard }), result: none },
  /**
   * The stage is not everybody's any more (its broadcast ended, people stay backstage): ends all stays in its audience
   * room but those of `keptPeerIds`, also of peers whose socket is gone.
   */
  "stage:clearAudience": {
    data: z.strictObject({ ...stage, keptPeerIds: z.array(PeerId).max(200) }),
    result: none,
  },
  /** Puts a video on the programme, at the second that the clock says; `null` takes it off. */
  "stage:setVideo": { data: z.strictObject({ ...stage, video: VideoItem.nullable() }), result: none },

  /** Opens a booth's room. Backstage and audience rooms come with their stage. */
  "room:open": {
    data: z.strictObject(room),
    result: z.strictObject({ routerRtpCapabilities: RtpCapabilities }),
  },
  "room:close": { data: z.strictObject(room), result: none },
  /** Enters, replacing an earlier self of the same peerId, or going on with it (`keptTransportId`). */
  "room:join": {
    data: z.strictObject({
      ...peer,
      displayName: z.string().max(60),
      role: PeerRole,
      speakRight: SpeakRight,
      rtpCapabilities: ReceiverRtpCapabilities,
      keptTransportId: KeptTransportId,
      dtlsParameters: EntryDtlsParameters,
    }),
    result: JoinedRoom,
  },
  "room:leave": { data: z.strictObject(peer), result: none },
  /** The peer's socket is gone or back; the node waits 30 s before it removes a disconnected peer. */
  "room:setConnected": { data: z.strictObject({ ...peer, isConnected: z.boolean() }), result: none },
  "room:connectTransport": {
    data: z.strictObject({ ...peer, transportId: MediaObjectId, dtlsParameters: DtlsParameters }),
    result: none,
  },
  "room:restartIce": {
    data: z.strictObject({ ...peer, transportId: MediaObjectId }),
    result: z.strictObject({ iceParameters: IceParameters }),
  },
  "room:produce": {
    data: z.strictObject({
      ...peer,
      transportId: MediaObjectId,
      kind: MediaKind,
      source: ProducerSource,
      rtpParameters: RtpParameters,
      isPaused: z.boolean(),
    }),
    result: z.strictObject({ producerId: MediaObjectId }),
  },
  "room:setProducerPaused": {
    data: z.strictObject({ ...peer, producerId: MediaObjectId, isPaused: z.boolean() }),
    result: none,
  },
  "room:closeProducer": { data: z.strictObject({ ...peer, producerId: MediaObjectId }), result: none },
  "room:setConsumerPaused": {
    data: z.strictObject({ ...peer, consumerId: MediaObjectId, isPaused: z.boolean() }),
    result: none,
  },
  "room:setConsumerLayer": {
    data: z.strictObject({
      ...peer,
      consumerId: MediaObjectId,
      spatialLayer: z.int().min(0).max(2),
      isLineFull: z.boolean().optional(),
    }),
    result: none,
  },
  "room:askToSpeak": { data: z.strictObject({ ...peer, isAsking: z.boolean() }), result: none },
  "room:setSpeakRight": { data: z.strictObject({ ...peer, speakRight: SpeakRight }), result: none },
  "room:setInProgramme": { data: z.strictObject({ ...peer, isInProgramme: z.boolean() }), result: none },
  "room:removePeer": { data: z.strictObject(peer), result: z.strictObject({ displayName: DisplayName }) },
} as const;

const toPeer = { ...room, toPeerId: PeerId } as const;

export const mediaNotices = {
  /** To everybody in the room whom the roster concerns (never an audience). */
  "room:peerJoined": z.strictObject({ ...room, peer: PeerView }),
  "room:peerChanged": z.strictObject({ ...room, peer: PeerView }),
  "room:peerLeft": z.strictObject({ ...room, peerId: PeerId }),
  "room:silentVisitorsCounted": z.strictObject({ ...room, count: z.int().min(0) }),
  "room:activeSpeakerChanged": z.strictObject({ ...room, peerId: PeerId.nullable() }),
  /** To one peer. */
  "room:consumerOpened": z.strictObject({ ...toPeer, consumer: ConsumerOptions }),
  "room:consumerClosed": z.strictObject({ ...toPeer, consumerId: MediaObjectId }),
  "room:consumerPaused": z.strictObject({ ...toPeer, consumerId: MediaObjectId, isPaused: z.boolean() }),
  "room:speakRightChanged": z.strictObject({ ...toPeer, speakRight: SpeakRight }),
  "room:peerClosed": z.strictObject({
    ...toPeer,
    reason: z.enum(["replaced", "removed", "media_restarted", "stage_closed"]),
  }),
  /**
   * A room died with its worker, or closed. `media_restarted`: already open again, peers must join anew. Of an
   * audience, only those on the dead worker are told so, each by `room:peerClosed`.
   */
  "room:closed": z.strictObject({
    ...room,
    reason: z.enum(["media_restarted", "stage_closed", "booth_closed"]),
  }),
  /** How many audience peers a stage has; at most one a second. */
  "stage:audienceCounted": z.strictObject({ ...stage, count: z.int().min(0) }),
  /** `lostNames`, with a slate: whose pictures stopped coming without their doing. */
  "stage:sceneChanged": z.strictObject({
    ...stage,
    scene: SceneName,
    lostNames: z.array(z.string().max(80)).max(4).optional(),
  }),
  /** The item's file ended by itself. */
  "stage:videoEnded": z.strictObject({ ...stage, itemId: z.string().max(64) }),
  /** `failing`: five died within a minute; `running` again once one has lived for a second. */
  "stage:mixerChanged": z.strictObject({ ...stage, state: z.enum(["running", "restarting", "failing"]) }),
  /** Writing segments fails (`disk_full`, `io`) or works again (`null`). */
  "stage:recordingChanged": z.strictObject({
    ...stage,
    broadcastId: BroadcastId,
    failure: z.enum(["disk_full", "io"]).nullable(),
  }),
  /** The segment store's log; a `part` comes as a binary frame with its bytes. */
  "store:written": z.strictObject({ ...stage, broadcastId: BroadcastId, notice: StoreNotice }),
} as const;

export type MediaRequests = typeof mediaRequests;
export type MediaRequestName = keyof MediaRequests;
export type MediaRequestData<Name extends MediaRequestName> = z.infer<MediaRequests[Name]["data"]>;
export type MediaRequestResult<Name extends MediaRequestName> = z.infer<MediaRequests[Name]["result"]>;
export type MediaNotices = typeof mediaNotices;
export type MediaNoticeName = keyof MediaNotices;
export type MediaNoticeData<Name extends MediaNoticeName> = z.infer<MediaNotices[Name]>;

/** Frames of the link. Text frames carry JSON; a binary frame is `[u32 BE header length][JSON header][payload]`. */
export const MediaFrame = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("request"), id: z.int(), name: z.string().max(64), data: z.unknown() }),
  z.strictObject({ type: z.literal("answer"), id: z.int(), ok: z.literal(true), data: z.unknown() }),
  z.strictObject({ type: z.literal("refusal"), id: z.int(), error: ErrorBody }),
  z.strictObject({ type: z.literal("notice"), name: z.string().max(64), data: z.unknown() }),
]);
export type MediaFrame = z.infer<typeof MediaFrame>;

export const MAX_MEDIA_FRAME_BYTES = 4 * 1024 * 1024;
export const MEDIA_REQUEST_TIMEOUT_MS = 8_000;
/** HTTP header of the link's handshake that carries the shared secret (TCP only). */
export const MEDIA_SECRET_HEADER = "x-torilla-media-secret";
