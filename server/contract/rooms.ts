import { z } from "zod";
import { BoothId, DisplayName, Instant, MediaObjectId, PeerId, PeerKey, StageId } from "./ids.ts";
import {
  DtlsParameters,
  IceCandidates,
  IceParameters,
  MediaKind,
  ProducerSource,
  ReceiverDtlsParameters,
  ReceiverRtpCapabilities,
  RtpCapabilities,
  RtpParameters,
} from "./rtp.ts";

/*
 * SFU rooms of three kinds behind one set of requests: the backstage and the audience of a stage, and a booth.
 * Entering is one request: it answers with transports and the consumers of everything the peer may receive.
 */
export const RoomRef = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("backstage"), stageId: StageId }),
  z.strictObject({ kind: z.literal("audience"), stageId: StageId }),
  z.strictObject({ kind: z.literal("booth"), boothId: BoothId }),
]);
export type RoomRef = z.infer<typeof RoomRef>;

export const RoomId = z.string().regex(/^(backstage|audience|booth):[0-9a-f-]{36}$/);
export type RoomId = z.infer<typeof RoomId>;

export { roomIdOf } from "./room-id.ts";

/** What a peer may send: nothing, a microphone, or microphone, camera and screen. */
export const SpeakRight = z.enum(["none", "voice", "picture"]);
export type SpeakRight = z.infer<typeof SpeakRight>;

export const PeerRole = z.enum(["host", "speaker", "staff", "visitor", "attendee"]);
export type PeerRole = z.infer<typeof PeerRole>;

/** A participant as the others in the room see them. Audience peers are never shown to anybody. */
export const PeerView = z.strictObject({
  peerId: PeerId,
  displayName: DisplayName,
  role: PeerRole,
  speakRight: SpeakRight,
  /** Visitor waits to be let to speak (booth). */
  isAskingToSpeak: z.boolean(),
  /** Shown and heard in the programme when the stage is on air (backstage). */
  isInProgramme: z.boolean(),
  /** False for up to 30 s while the peer's connection is gone. */
  isConnected: z.boolean(),
});
export type PeerView = z.infer<typeof PeerView>;

/** Names a browser in one room; what was removed from a room is a person with all their tabs. */
export const PersonTag = z.string().regex(/^[A-Za-z0-9_-]{11}$/);

export const RemovedView = z.strictObject({
  personTag: PersonTag,
  displayName: DisplayName,
  removedAt: Instant,
});
export type RemovedView = z.infer<typeof RemovedView>;

export const TransportOptions = z.strictObject({
  id: MediaObjectId,
  iceParameters: IceParameters,
  iceCandidates: IceCandidates,
  dtlsParameters: DtlsParameters,
});
export type TransportOptions = z.infer<typeof TransportOptions>;

export const ConsumerOptions = z.strictObject({
  id: MediaObjectId,
  producerId: MediaObjectId,
  /** `null` for the programme. */
  peerId: PeerId.nullable(),
  kind: MediaKind,
  source: ProducerSource,
  rtpParameters: RtpParameters,
  isProducerPaused: z.boolean(),
  /** `simulcast` has layers to choose from. */
  type: z.enum(["simple", "simulcast", "svc", "pipe"]),
});
export type ConsumerOptions = z.infer<typeof ConsumerOptions>;

export const JoinedRoom = z.strictObject({
  roomId: RoomId,
  peerId: PeerId,
  routerRtpCapabilities: RtpCapabilities,
  /** `null` when the peer's role can never send in this room. */
  sendTransport: TransportOptions.nullable(),
  receiveTransport: TransportOptions,
  /** Others, for backstage and booth. A booth's silent visitors are only counted. */
  peers: z.array(PeerView).max(200),
  /** The asker as the others see them, or would see them. */
  self: PeerView,
  consumers: z.array(ConsumerOptions).max(64),
  speakRight: SpeakRight,
  silentVisitorCount: z.int().min(0),
});
export type JoinedRoom = z.infer<typeof JoinedRoom>;

/**
 * Receiving transport that the asker still has, when only the socket was lost. An answer with that same transport
 * means that the stay goes on: transports and producers are as they were, `consumers` are all there are now.
 */
export const KeptTransportId = MediaObjectId.optional();

/**
 * Of a certificate that the page has made ahead. With it the receiving transport is connected before the answer:
 * entering is one round trip, and no `room:connectTransport` follows. Without effect where the stay goes on.
 */
export const EntryDtlsParameters = ReceiverDtlsParameters.optional();

const inRoom = { roomId: RoomId } as const;

export const roomRequests = {
  "room:join": {
    data: z.strictObject({
      room: RoomRef,
      peerKey: PeerKey,
      /** Not kept for audiences. */
      displayName: DisplayName.nullable(),
      rtpCapabilities: ReceiverRtpCapabilities,
      keptTransportId: KeptTransportId,
      dtlsParameters: EntryDtlsParameters,
    }),
    result: JoinedRoom,
  },
  "room:leave": { data: z.strictObject(inRoom), result: z.strictObject({}) },
  "room:connectTransport": {
    data: z.strictObject({ ...inRoom, transportId: MediaObjectId, dtlsParameters: DtlsParameters }),
    result: z.strictObject({}),
  },
  "room:restartIce": {
    data: z.strictObject({ ...inRoom, transportId: MediaObjectId }),
    result: z.strictObject({ iceParameters: IceParameters }),
  },
  "room:produce": {
    data: z.strictObject({
      ...inRoom,
      transportId: MediaObjectId,
      kind: MediaKind,
      source: z.enum(["microphone", "camera", "screen"]),
      rtpParameters: RtpParameters,
      isPaused: z.boolean(),
    }),
    result: z.strictObject({ producerId: MediaObjectId }),
  },
  "room:setProducerPaused": {
    data: z.strictObject({ ...inRoom, producerId: MediaObjectId, isPaused: z.boolean() }),
    result: z.strictObject({}),
  },
  "room:closeProducer": {
    data: z.strictObject({ ...inRoom, producerId: MediaObjectId }),
    result: z.strictObject({}),
  },
  "room:setConsumerPaused": {
    data: z.strictObject({ ...inRoom, consumerId: MediaObjectId, isPaused: z.boolean() }),
    result: z.strictObject({}),
  },
  "room:setConsumerLayer": {
    data: z.strictObject({
      ...inRoom,
      consumerId: MediaObjectId,
      spatialLayer: z.int().min(0).max(2),
      /** The line loses what is sent: the picture pauses for half a second, so that the line runs empty. */
      isLineFull: z.boolean().optional(),
    }),
    result: z.strictObject({}),
  },
  /** Visitor of a booth raises or lowers the hand. */
  "room:askToSpeak": {
    data: z.strictObject({ ...inRoom, isAsking: z.boolean() }),
    result: z.strictObject({}),
  },
  /** Staff of a booth admit a visitor (`voice`, `picture`) or end it (`none`). */
  "room:setSpeakRight": {
    data: z.strictObject({ ...inRoom, peerId: PeerId, speakRight: SpeakRight }),
    result: z.strictObject({}),
  },
  /** Host puts a backstage peer into the programme or takes them out of it. */
  "room:setInProgramme": {
    data: z.strictObject({ ...inRoom, peerId: PeerId, isInProgramme: z.boolean() }),
    result: z.strictObject({}),
  },
  /** Host or staff remove a peer from the room; its tab is told, and its browser is refused from then on. */
  "room:removePeer": {
    data: z.strictObject({ ...inRoom, peerId: PeerId }),
    result: z.strictObject({}),
  },
  /** Who may not come back, oldest first. */
  "room:listRemoved": {
    data: z.strictObject(inRoom),
    result: z.strictObject({ removed: z.array(RemovedView).max(200) }),
  },
  /** Host or staff let somebody come back. */
  "room:letIn": {
    data: z.strictObject({ ...inRoom, personTag: PersonTag }),
    result: z.strictObject({}),
  },
} as const;

export const roomNotices = {
  "room:peerJoined": z.strictObject({ ...inRoom, peer: PeerView }),
  "room:peerChanged": z.strictObject({ ...inRoom, peer: PeerView }),
  "room:peerLeft": z.strictObject({ ...inRoom, peerId: PeerId }),
  "room:silentVisitorsCounted": z.strictObject({ ...inRoom, count: z.int().min(0) }),
  /** A consumer was made for this peer; it runs at once. */
  "room:consumerOpened": z.strictObject({ ...inRoom, consumer: ConsumerOptions }),
  "room:consumerClosed": z.strictObject({ ...inRoom, consumerId: MediaObjectId }),
  "room:consumerPaused": z.strictObject({ ...inRoom, consumerId: MediaObjectId, isPaused: z.boolean() }),
  /** Who leads the room may ask who is kept out now. */
  "room:removalsChanged": z.strictObject(inRoom),
  "room:activeSpeakerChanged": z.strictObject({ ...inRoom, peerId: PeerId.nullable() }),
  /** This peer's own right changed; producers it may no longer have are already closed. */
  "room:speakRightChanged": z.strictObject({ ...inRoom, speakRight: SpeakRight }),
  /** The room is gone for this peer. `media_restarted`: join again; `replaced`: another tab took over; others: final. */
  "room:closed": z.strictObject({
    ...inRoom,
    reason: z.enum(["media_restarted", "stage_closed", "booth_closed", "replaced", "removed"]),
  }),
} as const;
