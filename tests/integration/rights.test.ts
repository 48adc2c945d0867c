/*
 * Every door × everybody: what the table of rights says is what the doors do. A door without a sample fails.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HttpDoorName, httpDoors } from "../../server/contract/http.ts";
import { type RequestName, requests } from "../../server/contract/realtime.ts";
import { type Action, doorActions, type GrantRole, rights } from "../../server/platform/rights.ts";
import type { Browser } from "../support/browser.ts";
import {
  createFair,
  createLink,
  createPresentation,
  createRecording,
  type Fair,
  text,
} from "../support/factories.ts";
import type { SocketClient } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

/** What a door is tried on: all of one fair. */
interface Ground extends Fair {
  presentationId: string;
  recordingId: string;
}
type Sample = { params?: Record<string, string>; body?: unknown };

const event = (of: Ground) => ({ event: of.event.slug });
const httpSamples: Record<HttpDoorName, (of: Ground) => Sample> = {
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
      startsAt: new Date(Date.now() + 5 * 3_600_000).toISOString(),
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
  openLink: () => ({ body: { token: "A".repeat(43) } }),
  readSession: () => ({}),
  leaveSession: () => ({}),
  readScreen: () => ({}),
  readClock: () => ({}),
};

const room = (of: Ground, kind: "backstage" | "booth" | "audience") =>
  kind === "booth" ? { kind, boothId: of.booth.id } : { kind, stageId: of.stage.id };
const roomId = (of: Ground, kind: "backstage" | "booth") =>
  `${kind}:${kind === "booth" ? of.booth.id : of.stage.id}`;
const enter = { peerKey: "tab-of-the-rights-tests", displayName: null, rtpCapabilities: { codecs: [] } };
const inBooth = (of: Ground) => ({ roomId: roomId(of, "booth") });
const peerId = "nobody-in-this-room";

/** Doors with several actions are tried once for each kind of object; `actions` names the one that decides. */
const socketSamples: Record<RequestName, { action?: Action; data: (of: Ground) => unknown }[]> = {
  "chat:join": [{ data: (of) => ({ chat: { kind: "stage", stageId: of.stage.id }, afterSeq: null }) }],
  "chat:leave": [{ data: (of) => ({ chatId: `stage:${of.stage.id}` }) }],
  "chat:readBefore": [{ data: (of) => ({ chatId: `stage:${of.stage.id}`, beforeSeq: 5 }) }],
  "chat:send": [
    {
      data: (of) => ({
        chatId: `stage:${of.stage.id}`,
        messageId: randomUUID(),
        nickname: null,
        text: "Hei",
      }),
    },
  ],
  "chat:delete": [
    { data: (of) => ({ chatId: `stage:${of.stage.id}`, messageId: randomUUID() }) },
    { data: (of) => ({ chatId: `booth:${of.booth.id}`, messageId: randomUUID() }) },
  ],
  "stage:watch": [{ data: (of) => ({ stageId: of.stage.id, isCounted: true }) }],
  "stage:unwatch": [{ data: (of) => ({ stageId: of.stage.id }) }],
  "stage:openRehearsal": [{ data: (of) => ({ stageId: of.stage.id }) }],
  "stage:goLive": [{ data: (of) => ({ stageId: of.stage.id }) }],
  "stage:end": [{ data: (of) => ({ stageId: of.stage.id }) }],
  "stage:close": [{ data: (of) => ({ stageId: of.stage.id }) }],
  "booth:watch": [{ data: (of) => ({ boothId: of.booth.id }) }],
  "booth:unwatch": [{ data: (of) => ({ boothId: of.booth.id }) }],
  "manage:watch": [{ data: (of) => ({ eventId: of.event.id }) }],
  "manage:unwatch": [{ data: (of) => ({ eventId: of.event.id }) }],
  "room:join": [
    { action: "backstage.enter", data: (of) => ({ ...enter, room: room(of, "backstage") }) },
    { action: "booth.visit", data: (of) => ({ ...enter, room: room(of, "booth") }) },
    { action: "stage.watch", data: (of) => ({ ...enter, room: room(of, "audience") }) },
  ],
  "room:leave": [{ data: inBooth }],
  "room:connectTransport": [{ data: (of) => ({ ...inBooth(of), transportId: "t", dtlsParameters: {} }) }],
  "room:restartIce": [{ data: (of) => ({ ...inBooth(of), transportId: "t" }) }],
  "room:produce": [
    {
      data: (of) => ({
        ...inBooth(of),
        transportId: "t",
        kind: "audio",
        source: "microphone",
        rtpParameters: {},
        isPaused: false,
      }),
    },
  ],
  "room:setProducerPaused": [{ data: (of) => ({ ...inBooth(of), producerId: "p", isPaused: true }) }],
  "room:closeProducer": [{ data: (of) => ({ ...inBooth(of), producerId: "p" }) }],
  "room:setConsumerPaused": [{ data: (of) => ({ ...inBooth(of), consumerId: "c", isPaused: true }) }],
  "room:setConsumerLayer": [{ data: (of) => ({ ...inBooth(of), consumerId: "c", spatialLayer: 1 }) }],
  "room:askToSpeak": [{ data: (of) => ({ ...inBooth(of), isAsking: true }) }],
  "room:setSpeakRight": [{ data: (of) => ({ ...inBooth(of), peerId, speakRight: "voice" }) }],
  "room:setInProgramme": [
    { data: (of) => ({ roomId: roomId(of, "backstage"), peerId, isInProgramme: true }) },
  ],
  "room:removePeer": [
    { action: "booth.staff", data: (of) => ({ ...inBooth(of), peerId }) },
    { action: "backstage.lead", data: (of) => ({ roomId: roomId(of, "backstage"), peerId }) },
  ],
};

const people = ["nobody", "speaker", "host", "staff", "organiser", "screen"] as const;
type Person = (typeof people)[number];
/** Whose objects: the person's own fair, or one where they have nothing. */
const grounds = ["own", "other"] as const;

let server: TestServer;
const fairs = {} as Record<(typeof grounds)[number], Ground>;
const browsers = {} as Record<Person, Browser>;

beforeAll(async () => {
  server = await startTestServer();
  for (const ground of grounds) fairs[ground] = await createGround();
  for (const person of people) browsers[person] = await comeAs(person);
});
afterAll(() => server.close());

async function createGround(): Promise<Ground> {
  const fair = await createFair(server.db);
  const presentation = await createPresentation(server.db, { stageId: fair.stage.id });
  const recording = await createRecording(server.db, { stageId: fair.stage.id });
  return { ...fair, presentationId: presentation.id, recordingId: recording.id };
}

async function comeAs(person: Person): Promise<Browser> {
  const browser = server.browser();
  if (person === "nobody") return browser;
  const { event: of, stage, booth } = fairs.own;
  const scope =
    person === "staff"
      ? { boothId: booth.id }
      : person === "host" || person === "speaker"
        ? { stageId: stage.id }
        : {};
  return browser.open(await createLink(server.db, { role: person as GrantRole, eventId: of.id, ...scope }));
}

const REFUSALS = ["unauthorised", "forbidden"];

/** What the table says: `null` where the door decides by more than the role. */
function isAllowed(
  action: Action,
  person: Person,
  ground: (typeof grounds)[number],
  isOfBooth: boolean,
): boolean {
  const roles: "anyone" | readonly GrantRole[] = rights[action];
  if (roles === "anyone") return true;
  if (person === "nobody" || ground === "other" || !roles.includes(person)) return false;
  if (person === "host" || person === "speaker") return !isOfBooth;
  return person !== "staff" || isOfBooth;
}

function expectRefusal(code: string, person: Person, what: string): void {
  if (person === "nobody") expect(code, what).toBe("unauthorised");
  else expect(["forbidden", "unauthorised", "not_found"], `${what}: ${code}`).toContain(code);
}

test("every request of the contract has a handler", () => {
  expect(server.unanswered).toEqual([]);
});

describe.each(grounds)("on objects of the %s event", (ground) => {
  test.each(Object.keys(httpDoors) as HttpDoorName[])("%s", async (name) => {
    if (name === "openLink" || name === "leaveSession") return;
    const action = doorActions[name] as Action;
    for (const person of people) {
      // A door that deletes gets an object of its own each time.
      const of = { ...fairs[ground] };
      if (name === "deletePresentation")
        of.presentationId = (await createPresentation(server.db, { stageId: of.stage.id })).id;
      const response = await browsers[person].send(name, httpSamples[name](of) as never);
      const { code = "ok", message } = (await response.json()) as { code?: string; message?: string };
      const what = `${person}: ${code}`;
      expect(message, what).not.toBe("No such address.");
      if (name === "readScreen") expect(code === "ok", what).toBe(person === "screen");
      else if (isAllowed(action, person, ground, false)) expect(code, what).toBe("ok");
      else expectRefusal(code, person, what);
    }
  });

  test.each(Object.keys(requests) as RequestName[])("%s", async (name) => {
    for (const { action = doorActions[name] as Action, data } of socketSamples[name])
      for (const person of people) {
        const sample = data(fairs[ground]);
        const socket: SocketClient = await browsers[person].socket();
        const answer = await socket.askRaw(name, sample);
        socket.close();
        const code = answer.ok ? "ok" : answer.error.code;
        const what = `${person} ${JSON.stringify(sample).slice(0, 60)}: ${code}`;
        const isOfBooth = JSON.stringify(sample).includes(fairs[ground].booth.id);
        expect(["internal", "bad_request"], what).not.toContain(code);
        if (isAllowed(action, person, ground, isOfBooth)) expect(REFUSALS, what).not.toContain(code);
        else expectRefusal(code, person, what);
      }
  });
});

test("children are looked for in their own event only", async () => {
  const organiser = browsers.organiser;
  const { own, other } = fairs;
  const mixed = { ...own, presentationId: other.presentationId, recordingId: other.recordingId };
  for (const name of ["updatePresentation", "deletePresentation", "updateRecording"] as const)
    expect(await organiser.codeOf(name, httpSamples[name](mixed) as never), name).toBe("not_found");
  const draft = httpSamples.createPresentation({ ...own, stage: other.stage });
  expect(await organiser.codeOf("createPresentation", draft as never)).toBe("not_found");
  const nowhere = { event: own.event.slug, stage: other.stage.slug, booth: other.booth.slug };
  expect(await organiser.codeOf("readBooth", { params: nowhere })).toBe("not_found");
  expect(await server.db.presentation.count({ where: { id: other.presentationId } })).toBe(1);
});
