import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import type { MediaRequestData, SlateCard } from "../../server/contract/media.ts";
import type { MediaPlane } from "../../server/contract/media-plane.ts";
import type { JoinedRoom } from "../../server/contract/rooms.ts";
import { createFakePlane, createRealPlane, type PlaneUnderTest } from "./media-planes.ts";
import { NoticeLog } from "./notice-log.ts";
import { browserCapabilities, cameraParameters, microphoneParameters } from "./rtp-samples.ts";

/** How long the planes under test keep a disconnected peer, ms. */
export const GRACE_MS = 300;

const planes: [string, () => Promise<PlaneUnderTest>][] = [
  ["real media node over the link", () => createRealPlane({ graceMs: GRACE_MS })],
  ["fake in memory", () => createFakePlane({ graceMs: GRACE_MS })],
];

export const slate: SlateCard = {
  reason: "starting-soon",
  eventName: "Järjestömessut",
  title: "Uni ja mieli",
  subtitle: "",
  nextLine: "",
};

export type PlaneRig = ReturnType<typeof createRig>;

/** The same tests against the real media node and against the fake that stands in for it. */
export function describePlanes(what: string, define: (rig: PlaneRig) => void): void {
  describe.each(planes)(`media plane, ${what}: %s`, (_name, createPlane) => define(createRig(createPlane)));
}

function createRig(createPlane: () => Promise<PlaneUnderTest>) {
  let made: PlaneUnderTest;
  let notices: NoticeLog;
  beforeAll(async () => {
    made = await createPlane();
    notices = new NoticeLog(made.plane);
  });
  afterAll(async () => {
    notices.close();
    await made.close();
  });
  beforeEach(() => notices.clear());

  const under = {
    get plane(): MediaPlane {
      return made.plane;
    },
  };
  const log: Pick<NoticeLog, "all" | "until" | "clear"> = {
    all: (name) => notices.all(name),
    until: (name, fits, timeoutMs) => notices.until(name, fits, timeoutMs),
    clear: () => notices.clear(),
  };
  const refusal = (code: string) => expect.objectContaining({ code });
  const open = async (kind: "booth" | "stage") => {
    const id = randomUUID();
    if (kind === "booth") await under.plane.request("room:open", { roomId: `booth:${id}` });
    else await under.plane.request("stage:open", { stageId: id, slate });
    return id;
  };
  const join = (roomId: string, changes: Partial<MediaRequestData<"room:join">> = {}) =>
    under.plane.request("room:join", {
      roomId,
      peerId: randomUUID(),
      displayName: "Aino",
      role: "visitor",
      speakRight: "none",
      rtpCapabilities: browserCapabilities,
      ...changes,
    });
  const staff = (roomId: string) => join(roomId, { role: "staff", speakRight: "picture" });
  const produce = (
    joined: JoinedRoom,
    source: "camera" | "microphone" | "screen",
    changes: Partial<MediaRequestData<"room:produce">> = {},
  ) =>
    under.plane.request("room:produce", {
      roomId: joined.roomId,
      peerId: joined.peerId,
      transportId: joined.sendTransport?.id ?? "none",
      kind: source === "microphone" ? "audio" : "video",
      source,
      rtpParameters:
        source === "microphone" ? microphoneParameters() : cameraParameters(source === "camera" ? "1" : "2"),
      isPaused: false,
      ...changes,
    });

  return { under, log, refusal, open, join, staff, produce };
}
