import { randomUUID } from "node:crypto";
import { observer, type types } from "mediasoup";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { slate } from "../support/made-up-slate.ts";
import { createRealPlane, type RealPlane } from "../support/media-planes.ts";
import { browserCapabilities } from "../support/rtp-samples.ts";
import { waitFor } from "../support/wait-for.ts";

/* What is left in the workers, and in this process, of those who came and went: nothing. By the workers' own dumps. */

/** More than stay on one worker. */
const VIEWERS = 90;
const GRACE_MS = 300;

let workers: types.Worker[];
let under: RealPlane;
let stageId: string;
const remember = (worker: types.Worker) => workers.push(worker);

beforeEach(async () => {
  workers = [];
  observer.on("newworker", remember);
  under = await createRealPlane({ workerCount: 2, graceMs: GRACE_MS });
  stageId = randomUUID();
  await under.plane.request("stage:open", { stageId, slate });
  await waitFor(() => under.mixers.length > 0, { what: "the mixer" });
});

afterEach(async () => {
  await under.close();
  observer.off("newworker", remember);
});

const roomId = () => `audience:${stageId}`;
const join = (peerId: string = randomUUID()) =>
  under.plane.request("room:join", {
    roomId: roomId(),
    peerId,
    displayName: "Aino",
    role: "attendee",
    speakRight: "none",
    rtpCapabilities: browserCapabilities,
    dtlsParameters: { role: "client", fingerprints: [{ algorithm: "sha-256", value: fingerprint }] },
  });
const fingerprint = Array.from({ length: 32 }, (_, at) => (at + 16).toString(16).toUpperCase()).join(":");

/** Of all workers: what answers requests, transports, and ICE's user names, by their number. */
async function countInWorkers() {
  const counts = { handlers: 0, transports: 0, consumers: 0, users: 0 };
  for (const worker of workers) {
    const { channelMessageHandlers } = await worker.dump();
    counts.handlers += channelMessageHandlers.channelRequestHandlers.length;
    counts.handlers += channelMessageHandlers.channelNotificationHandlers.length;
    const { routers, webRtcServers } = inNode(worker);
    for (const router of routers) {
      const { transportIds, mapConsumerIdProducerId } = await router.dump();
      counts.transports += transportIds.length;
      counts.consumers += mapConsumerIdProducerId.length;
    }
    for (const server of webRtcServers) {
      const { webRtcTransportIds, localIceUsernameFragments } = await server.dump();
      counts.transports += webRtcTransportIds.length;
      counts.users += localIceUsernameFragments.length;
    }
  }
  return counts;
}

/** mediasoup keeps them to itself, for tests. */
function inNode(worker: types.Worker): {
  routers: Set<types.Router>;
  webRtcServers: Set<types.WebRtcServer>;
} {
  const { routersForTesting, webRtcServersForTesting } = worker as unknown as {
    routersForTesting: Set<types.Router>;
    webRtcServersForTesting: Set<types.WebRtcServer>;
  };
  return { routers: routersForTesting, webRtcServers: webRtcServersForTesting };
}

/** Of this process, which is the media node's here. */
const countTimers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

describe("whoever was in an audience", () => {
  it("leaves nothing in the workers: by farewell, by silence, by coming again", async () => {
    // The first round makes what stays: the second worker's router and its pipes.
    const peerIds = Array.from({ length: VIEWERS }, () => randomUUID());
    const comeAndGo = async () => {
      await Promise.all(peerIds.map(join));
      const full = await countInWorkers();
      await Promise.all(peerIds.slice(0, VIEWERS / 3).map(join));
      for (const [at, peerId] of peerIds.entries())
        if (at % 2 === 0) await under.plane.request("room:leave", { roomId: roomId(), peerId });
        else await under.plane.request("room:setConnected", { roomId: roomId(), peerId, isConnected: false });
      const isEmpty = async () => (await countInWorkers()).consumers <= PIPES;
      await waitFor(isEmpty, { what: "the end of everybody's consumers" });
      return full;
    };
    await comeAndGo();
    const [before, timersBefore] = [await countInWorkers(), countTimers()];
    for (let round = 0; round < 3; round += 1) {
      const full = await comeAndGo();
      expect(full.users).toBeGreaterThanOrEqual(VIEWERS);
    }
    expect(await countInWorkers()).toEqual(before);
    expect(before.users).toBe(0);
    await waitFor(() => countTimers() <= timersBefore, { what: "the end of all who left's timers" });
  });
});

/** A picture and a sound to the second worker. */
const PIPES = 2;
