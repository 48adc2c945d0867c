import { randomUUID } from "node:crypto";
import { observer, type types } from "mediasoup";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ActiveSpeaker } from "../../media/sfu/active-speaker.ts";
import { MAX_PEERS } from "../../media/sfu/rights.ts";
import { slate } from "../support/made-up-slate.ts";
import { createRealPlane, type RealPlane } from "../support/media-planes.ts";
import { browserCapabilities, microphoneParameters } from "../support/rtp-samples.ts";
import { waitFor } from "../support/wait-for.ts";

/* People who enter a backstage at the same time as something else happens there; real workers, stubs for mixers. */

let under: RealPlane;
let stageId: string;
let routers: types.Router[];
const remember = (router: types.Router) => routers.push(router);
const follow = (worker: types.Worker) => worker.observer.on("newrouter", remember);

beforeEach(async () => {
  routers = [];
  observer.on("newworker", follow);
  under = await createRealPlane();
  stageId = randomUUID();
  await under.plane.request("stage:open", { stageId, slate });
  await waitFor(() => under.mixers.length > 0, { what: "the mixer" });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await under.close();
  observer.off("newworker", follow);
});

const roomId = () => `backstage:${stageId}`;
const join = (peerId: string = randomUUID()) =>
  under.plane.request("room:join", {
    roomId: roomId(),
    peerId,
    displayName: "Aino",
    role: "speaker",
    speakRight: "picture",
    rtpCapabilities: browserCapabilities,
  });

it("hears a microphone once that is being taken up just then", async () => {
  const speaker = await join();
  const entered = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  vi.spyOn(ActiveSpeaker.prototype, "watch").mockImplementation(() => {
    begun.resolve();
    return entered.promise;
  });
  const opened: string[] = [];
  under.plane.onNotice("room:consumerOpened", ({ consumer }) => void opened.push(consumer.producerId));
  const producing = under.plane.request("room:produce", {
    roomId: roomId(),
    peerId: speaker.peerId,
    transportId: speaker.sendTransport?.id ?? "",
    kind: "audio",
    source: "microphone",
    rtpParameters: microphoneParameters(),
    isPaused: false,
  });
  await begun.promise;
  const { consumers } = await join();
  entered.resolve();
  const { producerId } = await producing;
  // Notices come in order: this one after all that the producing told.
  await under.plane.request("node:describe", {});
  const heard = [...consumers.map((consumer) => consumer.producerId), ...opened];
  expect(heard).toEqual([producerId]);
});

it("leaves nobody behind without a place when more enter at once than there is room for", async () => {
  const countTransports = async () => {
    const dumps = await Promise.all(routers.filter(({ closed }) => !closed).map((router) => router.dump()));
    return dumps.reduce((sum, { transportIds }) => sum + transportIds.length, 0);
  };
  for (let count = 1; count < MAX_PEERS.backstage; count += 1) await join();
  const { peerId } = await join();
  const full = await countTransports();
  await under.plane.request("room:leave", { roomId: roomId(), peerId });
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => join()));
  const refused = outcomes.filter((outcome) => outcome.status === "rejected");
  expect(refused.map(({ reason }) => reason.code)).toEqual(Array(4).fill("room_full"));
  expect(await countTransports()).toBe(full);
});
