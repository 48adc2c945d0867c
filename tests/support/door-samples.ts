/*
 * A right request for every door of the contract, about the objects of one ground. A door without a sample does not
 * compile. For asking all doors as everybody, with hostile texts, or at random.
 */
import { createHash, randomUUID } from "node:crypto";
import type { PrismaClient } from "../../gen/prisma/client.ts";
import type { HttpDoorName } from "../../server/contract/http.ts";
import type { RequestName } from "../../server/contract/realtime.ts";
import type { Action } from "../../server/platform/rights.ts";
import {
  createFair,
  createLink,
  createPresentation,
  createRecording,
  createStage,
  type Fair,
  text,
} from "./factories.ts";

/** What doors are tried on. */
export interface Ground extends Fair {
  presentationId: string;
  recordingId: string;
  /** A speaker's. */
  linkId: string;
}

/** A whole event. */
export async function createGround(db: PrismaClient): Promise<Ground> {
  return furnish(db, await createFair(db));
}

/** Another stage and another booth of the same event. */
export async function createSibling(db: PrismaClient, of: Ground): Promise<Ground> {
  const stage = await createStage(db, { eventId: of.event.id });
  const { organisationId } = await db.booth.findUniqueOrThrow({ where: { id: of.booth.id } });
  const booth = await db.booth.create({
    data: {
      eventId: of.event.id,
      organisationId,
      slug: `toinen-${randomUUID().slice(0, 8)}`,
      name: text("Toinen"),
      kind: "other",
      tagline: text("Vieressä"),
      description: text(""),
    },
  });
  return furnish(db, { ...of, stage, booth });
}

/** What was there and is not any more. */
export async function createDeleted(db: PrismaClient): Promise<Ground> {
  const ground = await createGround(db);
  await db.event.delete({ where: { id: ground.event.id } });
  return ground;
}

async function furnish(db: PrismaClient, fair: Fair): Promise<Ground> {
  const { id: stageId } = fair.stage;
  const [presentation, recording, link] = await Promise.all([
    createPresentation(db, { stageId, startsAt: new Date(Date.now() - 20 * 3_600_000) }),
    createRecording(db, { stageId }),
    createLink(db, { role: "speaker", eventId: fair.event.id, stageId }),
  ]);
  return {
    ...fair,
    presentationId: presentation.id,
    recordingId: recording.id,
    linkId: linkIdOf(link.token),
  };
}

export function linkIdOf(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

export interface HttpSample {
  params?: Record<string, string>;
  body?: unknown;
}

const event = (of: Ground) => ({ event: of.event.slug });
let startHours = 5;

export const httpSamples: Record<HttpDoorName, (of: Ground) => HttpSample> = {
  listEvents: () => ({}),
  readEvent: (of) => ({ params: event(of) }),
  readStage: (of) => ({ params: { ...event(of), stage: of.stage.slug } }),
  readBooth: (of) => ({ params: { ...event(of), booth: of.booth.slug } }),
  readManagedEvent: (of) => ({ params: event(of) }),
  createPresentation: (of) => ({
    params: event(of),
    body: {
      stageId: of.stage.id,
      kind: "live",
      title: text("Uusi"),
      description: text(""),
      speaker: "",
      // Never at the time of another one.
      startsAt: new Date(Date.now() + ++startHours * 3_600_000).toISOString(),
      lengthSeconds: 600,
    },
  }),
  updatePresentation: (of) => ({
    params: { ...event(of), presentationId: of.presentationId },
    body: { speaker: "Toinen" },
  }),
  deletePresentation: (of) => ({ params: { ...event(of), presentationId: of.presentationId } }),
  updateRecording: (of) => ({
    params: { ...event(of), recordingId: of.recordingId },
    body: { isPublished: false },
  }),
  listLinks: (of) => ({ params: event(of) }),
  revokeLink: (of) => ({ params: { ...event(of), linkId: of.linkId } }),
  openLink: () => ({ body: { token: "A".repeat(43) } }),
  readSession: () => ({}),
  leaveSession: () => ({}),
  readScreen: () => ({}),
  readClock: () => ({}),
};

export interface SocketSample {
  /** The one that decides, for doors with several. */
  action?: Action;
  /** What kind of object it is about. */
  about: "event" | "stage" | "booth";
  data: (of: Ground) => unknown;
}

const room = (of: Ground, kind: "backstage" | "booth" | "audience") =>
  kind === "booth" ? { kind, boothId: of.booth.id } : { kind, stageId: of.stage.id };
const enter = { peerKey: "tab-of-the-rights-tests", displayName: null, rtpCapabilities: { codecs: [] } };
const inBooth = (of: Ground) => ({ roomId: `booth:${of.booth.id}` });
const backstage = (of: Ground) => ({ roomId: `backstage:${of.stage.id}` });
const stageOnly = (of: Ground) => ({ stageId: of.stage.id });
const peerId = "nobody-in-this-room";
const personTag = "nobody-here";
const onStage = (data: SocketSample["data"]): SocketSample[] => [{ about: "stage", data }];
const atBooth = (data: (of: Ground) => object): SocketSample[] => [
  { about: "booth", data: (of) => ({ ...inBooth(of), ...data(of) }) },
];
/** The same for a stage's and a booth's chat. */
const inChats = (data: (chatId: string) => object): SocketSample[] => [
  { about: "stage", data: (of) => data(`stage:${of.stage.id}`) },
  { about: "booth", data: (of) => data(`booth:${of.booth.id}`) },
];

export const socketSamples: Record<RequestName, SocketSample[]> = {
  "chat:join": [
    {
      about: "stage",
      data: (of) => ({ chat: { kind: "stage", stageId: of.stage.id }, afterSeq: null }),
    },
    {
      about: "booth",
      data: (of) => ({ chat: { kind: "booth", boothId: of.booth.id }, afterSeq: null }),
    },
  ],
  "chat:leave": inChats((chatId) => ({ chatId })),
  "chat:readBefore": inChats((chatId) => ({ chatId, beforeSeq: 5 })),
  "chat:send": inChats((chatId) => ({ chatId, messageId: randomUUID(), nickname: null, text: "Hei" })),
  "chat:delete": inChats((chatId) => ({ chatId, messageId: randomUUID() })),
  "stage:watch": onStage((of) => ({ ...stageOnly(of), isCounted: true })),
  "stage:unwatch": onStage(stageOnly),
  "stage:openRehearsal": onStage(stageOnly),
  "stage:goLive": onStage(stageOnly),
  "stage:end": onStage(stageOnly),
  "stage:close": onStage(stageOnly),
  "booth:watch": [{ about: "booth", data: (of) => ({ boothId: of.booth.id }) }],
  "booth:unwatch": [{ about: "booth", data: (of) => ({ boothId: of.booth.id }) }],
  "manage:watch": [{ about: "event", data: (of) => ({ eventId: of.event.id }) }],
  "manage:unwatch": [{ about: "event", data: (of) => ({ eventId: of.event.id }) }],
  "room:join": [
    {
      action: "backstage.enter",
      about: "stage",
      data: (of) => ({ ...enter, room: room(of, "backstage") }),
    },
    { action: "booth.visit", about: "booth", data: (of) => ({ ...enter, room: room(of, "booth") }) },
    { action: "stage.watch", about: "stage", data: (of) => ({ ...enter, room: room(of, "audience") }) },
  ],
  "room:leave": atBooth(() => ({})),
  "room:connectTransport": atBooth(() => ({ transportId: "t", dtlsParameters: {} })),
  "room:restartIce": atBooth(() => ({ transportId: "t" })),
  "room:produce": atBooth(() => ({
    transportId: "t",
    kind: "audio",
    source: "microphone",
    rtpParameters: {},
    isPaused: false,
  })),
  "room:setProducerPaused": atBooth(() => ({ producerId: "p", isPaused: true })),
  "room:closeProducer": atBooth(() => ({ producerId: "p" })),
  "room:setConsumerPaused": atBooth(() => ({ consumerId: "c", isPaused: true })),
  "room:setConsumerLayer": atBooth(() => ({ consumerId: "c", spatialLayer: 1 })),
  "room:askToSpeak": atBooth(() => ({ isAsking: true })),
  "room:setSpeakRight": atBooth(() => ({ peerId, speakRight: "voice" })),
  "room:setInProgramme": onStage((of) => ({ ...backstage(of), peerId, isInProgramme: true })),
  "room:removePeer": [
    { action: "booth.staff", about: "booth", data: (of) => ({ ...inBooth(of), peerId }) },
    { action: "backstage.lead", about: "stage", data: (of) => ({ ...backstage(of), peerId }) },
  ],
  "room:listRemoved": [
    { action: "booth.staff", about: "booth", data: inBooth },
    { action: "backstage.lead", about: "stage", data: backstage },
  ],
  "room:letIn": [
    { action: "booth.staff", about: "booth", data: (of) => ({ ...inBooth(of), personTag }) },
    { action: "backstage.lead", about: "stage", data: (of) => ({ ...backstage(of), personTag }) },
  ],
};
