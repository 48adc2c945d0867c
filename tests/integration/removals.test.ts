/*
 * Who was removed from a backstage stays out: with every tab, after a restart of the server, until a host lets them
 * in or the stage is closed.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import type { RoomRef } from "../../server/contract/rooms.ts";
import type { Browser } from "../support/browser.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createDatabaseGate, type DatabaseGate } from "../support/database-gate.ts";
import { createFair, createLink, type Fair } from "../support/factories.ts";
import type { SocketClient } from "../support/socket-client.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { waitFor } from "../support/wait-for.ts";

let database: TestDatabase;
let gate: DatabaseGate;
let server: TestServer;
let fair: Fair;
let room: RoomRef;
let roomId: string;
let keys = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  gate = await createDatabaseGate(database.url);
  server = await startServer();
});
afterAll(async () => {
  await server?.close();
  await gate?.close();
  await database?.drop();
});
beforeEach(async () => {
  fair = await createFair(server.db);
  room = { kind: "backstage", stageId: fair.stage.id };
  roomId = `backstage:${fair.stage.id}`;
});

function startServer(): Promise<TestServer> {
  return startTestServer({ databaseUrl: gate.url, media: new FakeMediaPlane({ graceMs: 5_000 }) });
}
async function personAs(role: "host" | "speaker" | "organiser"): Promise<Browser> {
  const { id: eventId } = fair.event;
  const place = role === "organiser" ? {} : { stageId: fair.stage.id };
  return server.browser().open(await createLink(server.db, { role, eventId, ...place }));
}
async function hostInRoom(): Promise<SocketClient> {
  const host = await (await personAs("host")).socket();
  await host.request("stage:openRehearsal", { stageId: fair.stage.id });
  await join(host, "Juontaja");
  return host;
}
function entry(displayName: string) {
  const peerKey = `tab-of-the-tests-${String(++keys).padStart(4, "0")}`;
  return { room, peerKey, displayName, rtpCapabilities: { codecs: [], headerExtensions: [] } };
}
const join = (socket: SocketClient, name: string) => socket.request("room:join", entry(name));
const joinCode = (socket: SocketClient) => socket.codeOf("room:join", entry("Puhuja"));
const namesOf = async (host: SocketClient) =>
  (await host.request("room:listRemoved", { roomId })).removed.map(({ displayName }) => displayName);

test("a removed speaker is out with all tabs and stays out, also by another session of the same browser", async () => {
  const host = await hostInRoom();
  const speaker = await personAs("speaker");
  const neighbour = await (await personAs("speaker")).socket();
  const tabs = [await speaker.socket(), await speaker.socket()];
  const [first] = [await join(tabs[0]!, "Häirikkö"), await join(tabs[1]!, "Häirikkö")];
  await host.request("room:removePeer", { roomId, peerId: first.peerId });
  for (const tab of tabs) {
    expect(await tab.heardOf("room:closed")).toEqual({ roomId, reason: "removed" });
    expect(await joinCode(tab)).toBe("removed");
  }
  expect(await joinCode(neighbour)).toBe("ok");
  await speaker.call("leaveSession");
  const { id: eventId } = fair.event;
  await speaker.open(await createLink(server.db, { role: "speaker", eventId, stageId: fair.stage.id }));
  expect(await joinCode(await speaker.socket())).toBe("removed");
  expect(await namesOf(host)).toEqual(["Häirikkö"]);
  expect(host.faults).toEqual([]);
});

test("it holds over a restart of the server, and a host on the new one lets them in again", async () => {
  const host = await hostInRoom();
  const speaker = await personAs("speaker");
  const { peerId } = await join(await speaker.socket(), "Puhuja");
  await host.request("room:removePeer", { roomId, peerId });
  const [hosts, speakers] = [await personAs("host"), speaker].map(({ cookies }) => [...cookies]);
  await server.close();

  server = await startServer();
  const returned = (cookies: [string, string][]) => {
    const browser = server.browser();
    for (const [name, value] of cookies) browser.cookies.set(name, value);
    return browser.socket();
  };
  const [hostAgain, speakerAgain] = [await returned(hosts!), await returned(speakers!)];
  await join(hostAgain, "Juontaja");
  expect(await joinCode(speakerAgain)).toBe("removed");
  const { removed } = await hostAgain.request("room:listRemoved", { roomId });
  expect(removed.map(({ displayName }) => displayName)).toEqual(["Puhuja"]);
  await hostAgain.request("room:letIn", { roomId, personTag: removed[0]!.personTag });
  await hostAgain.heardOf("room:removalsChanged");
  expect(await namesOf(hostAgain)).toEqual([]);
  expect(await joinCode(speakerAgain)).toBe("ok");
});

test("it holds for somebody whose connection was lost at that moment", async () => {
  const host = await hostInRoom();
  const speaker = await personAs("speaker");
  const before = await speaker.socket();
  const { peerId } = await join(before, "Puhuja");
  before.close();
  await host.heardOf("room:peerChanged", ({ peer }) => !peer.isConnected);
  await host.request("room:removePeer", { roomId, peerId });
  expect(await joinCode(await speaker.socket())).toBe("removed");
});

test("a further tab whose connection is lost at that moment is out too", async () => {
  const host = await hostInRoom();
  const speaker = await personAs("speaker");
  const tabs = [await speaker.socket(), await speaker.socket()];
  const [here, away] = [await join(tabs[0]!, "Puhuja"), await join(tabs[1]!, "Puhuja")];
  tabs[1]!.close();
  await host.heardOf("room:peerChanged", ({ peer }) => peer.peerId === away.peerId && !peer.isConnected);
  await host.request("room:removePeer", { roomId, peerId: here.peerId });
  const { rooms } = await server.media.request("node:describe", {});
  const left = rooms.find((one) => one.roomId === roomId)?.peers.map(({ displayName }) => displayName);
  expect(left).toEqual(["Juontaja"]);
});

test("it holds while the database is away, and who is in stays in; letting in waits for the database", async () => {
  const host = await hostInRoom();
  const speaker = await (await personAs("speaker")).socket();
  const other = await (await personAs("speaker")).socket();
  const { peerId } = await join(speaker, "Puhuja");
  await gate.shut();
  await host.request("room:removePeer", { roomId, peerId });
  expect(await joinCode(speaker)).toBe("removed");
  expect(await joinCode(other)).toBe("ok");
  const [removed] = (await host.request("room:listRemoved", { roomId })).removed;
  const letIn = () => host.codeOf("room:letIn", { roomId, personTag: removed!.personTag });
  expect(await letIn()).toBe("database_unavailable");
  expect(await joinCode(speaker)).toBe("removed");
  await gate.open();
  await waitFor(async () => (await letIn()) === "ok", { what: "the database" });
  expect(await joinCode(speaker)).toBe("ok");
});

test("a second click, or a second host's, takes nothing back", async () => {
  const host = await hostInRoom();
  const other = await (await personAs("host")).socket();
  await join(other, "Toinen");
  const speaker = await (await personAs("speaker")).socket();
  const { peerId } = await join(speaker, "Puhuja");
  const codes = await Promise.all(
    [host, other].map((socket) => socket.codeOf("room:removePeer", { roomId, peerId })),
  );
  expect(codes.toSorted()).toEqual(["not_in_room", "ok"]);
  expect(await host.codeOf("room:removePeer", { roomId, peerId })).toBe("not_in_room");
  expect(await joinCode(speaker)).toBe("removed");
  expect(await namesOf(host)).toEqual(["Puhuja"]);
});

test("it holds until the stage is opened anew, also while people say goodbye after the end", async () => {
  const host = await hostInRoom();
  const speaker = await (await personAs("speaker")).socket();
  const { peerId } = await join(speaker, "Puhuja");
  const { id: stageId } = fair.stage;
  await host.request("stage:goLive", { stageId });
  await host.request("room:removePeer", { roomId, peerId });
  await host.request("stage:end", { stageId });
  expect(await joinCode(speaker)).toBe("removed");
  await host.request("stage:openRehearsal", { stageId });
  expect(await joinCode(speaker)).toBe("ok");
});

test("who is out of the backstage is out of what the audience room shows of it, but not of the broadcast", async () => {
  const host = await hostInRoom();
  const speaker = await personAs("speaker");
  const [tab, monitor] = [await speaker.socket(), await speaker.socket()];
  const { id: stageId } = fair.stage;
  const watcher = () => ({ ...entry("-"), displayName: null, room: { kind: "audience", stageId } as const });
  const watch = () => monitor.codeOf("room:join", watcher());
  const watching = async () => {
    const { rooms } = await server.media.request("node:describe", {});
    return rooms.find((one) => one.roomId === `audience:${stageId}`)?.peers.length;
  };
  const { peerId } = await join(tab, "Puhuja");
  expect(await watch()).toBe("ok");
  expect(await host.codeOf("room:join", watcher())).toBe("ok");
  await host.request("room:removePeer", { roomId, peerId });
  expect(await monitor.heardOf("room:closed")).toEqual({
    roomId: `audience:${stageId}`,
    reason: "removed",
  });
  expect(await watching()).toBe(1);
  expect(await watch()).toBe("removed");
  await host.request("stage:goLive", { stageId });
  expect(await watch()).toBe("ok");
  expect(await watching()).toBe(2);
  await host.request("stage:end", { stageId });
  await waitFor(async () => (await watching()) === 1, { what: "the end for who is out" });
  expect(host.all("room:closed")).toEqual([]);
});

test("the next broadcast begins with everybody welcome", async () => {
  const host = await hostInRoom();
  const speaker = await (await personAs("speaker")).socket();
  const { peerId } = await join(speaker, "Puhuja");
  await host.request("room:removePeer", { roomId, peerId });
  const { id: stageId } = fair.stage;
  await host.request("stage:close", { stageId });
  await host.request("stage:openRehearsal", { stageId });
  expect(await joinCode(speaker)).toBe("ok");
  expect(await server.db.removal.count({ where: { stageId } })).toBe(0);
});

test("only who leads the room and is in it removes, sees who is out, or lets them in; nobody shuts themselves out", async () => {
  const host = await hostInRoom();
  const speaker = await (await personAs("speaker")).socket();
  const organiser = await (await personAs("organiser")).socket();
  const [own, { peerId }] = [
    await join(await (await personAs("host")).socket(), "Toinen"),
    await join(speaker, "P"),
  ];
  const personTag = "nobody-here";
  expect(await speaker.codeOf("room:removePeer", { roomId, peerId: own.peerId })).toBe("forbidden");
  expect(await speaker.codeOf("room:listRemoved", { roomId })).toBe("forbidden");
  expect(await speaker.codeOf("room:letIn", { roomId, personTag })).toBe("forbidden");
  expect(await organiser.codeOf("room:listRemoved", { roomId })).toBe("not_in_room");
  expect(await organiser.codeOf("room:letIn", { roomId, personTag })).toBe("not_in_room");
  const joined = await join(organiser, "Järjestäjä");
  expect(await organiser.codeOf("room:removePeer", { roomId, peerId: joined.peerId })).toBe("bad_request");
  expect(await host.codeOf("room:removePeer", { roomId, peerId: "nobody-in-this-room" })).toBe("not_in_room");
  expect(await namesOf(host)).toEqual([]);
  expect(await organiser.codeOf("room:removePeer", { roomId, peerId })).toBe("ok");
});
