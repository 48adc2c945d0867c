import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RoomKind } from "../../../../media/sfu/rights.ts";
import { Roster } from "../../../../media/sfu/roster.ts";
import type { MediaRequestData } from "../../../../server/contract/media.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function createRoster(kind: RoomKind) {
  const said: [string, unknown][] = [];
  const expired: string[] = [];
  const counts: number[] = [];
  const roster = new Roster({
    roomId: `${kind}:1`,
    kind,
    notify: (name, data) => void said.push([name, data]),
    onExpired: (peerId) => void expired.push(peerId),
    onCounted: (count) => void counts.push(count),
  });
  const names = () => said.map(([name]) => name);
  return { roster, said, names, expired, counts };
}

const entry = (
  peerId: string,
  changes: Partial<MediaRequestData<"room:join">> = {},
): MediaRequestData<"room:join"> => ({
  roomId: "booth:1",
  peerId,
  displayName: "Aino",
  role: "visitor",
  speakRight: "none",
  rtpCapabilities: {},
  ...changes,
});

it("a host and a speaker are in the programme from the start, and stay out of it when they come again", () => {
  const { roster } = createRoster("backstage");
  expect(roster.join(entry("host0001", { role: "host", speakRight: "picture" })).isInProgramme).toBe(true);
  roster.setInProgramme("host0001", false);
  expect(roster.join(entry("host0001", { role: "host", speakRight: "picture" })).isInProgramme).toBe(false);
});

it("an audience of thousands costs one count a second, not a message each", () => {
  const { roster, names, counts } = createRoster("audience");
  for (let n = 0; n < 2000; n += 1) roster.join(entry(`peer${n}`, { role: "attendee" }));
  expect(counts).toEqual([1]);
  vi.advanceTimersByTime(1_000);
  expect(counts).toEqual([1, 2000]);
  expect(names()).toEqual([]);
  expect(() => roster.join(entry("onemore1"))).toThrowError(/full/);
  vi.advanceTimersByTime(60_000);
  expect(counts).toEqual([1, 2000]);
  expect(vi.getTimerCount()).toBe(0);
});

it("keeps one who is disconnected for 30 seconds", () => {
  const { roster, expired } = createRoster("backstage");
  roster.join(entry("peer0001", { role: "speaker" }));
  roster.setConnected("peer0001", false);
  vi.advanceTimersByTime(29_900);
  roster.setConnected("peer0001", true);
  vi.advanceTimersByTime(60_000);
  expect(expired).toEqual([]);
  roster.setConnected("peer0001", false);
  vi.advanceTimersByTime(30_000);
  expect(expired).toEqual(["peer0001"]);
});

it("who comes back before that is the same participant to the others", () => {
  const { roster, names } = createRoster("backstage");
  roster.join(entry("peer0001", { role: "speaker" }));
  roster.setConnected("peer0001", false);
  roster.join(entry("peer0001", { role: "speaker" }));
  vi.advanceTimersByTime(60_000);
  expect(names()).toEqual(["room:peerJoined", "room:peerChanged", "room:peerChanged"]);
});

it("says nothing when nothing changed", () => {
  const { roster, names } = createRoster("booth");
  roster.join(entry("peer0001", { role: "staff", speakRight: "picture" }));
  roster.setAsking("peer0001", false);
  roster.setSpeakRight("peer0001", "picture");
  expect(names()).toEqual(["room:peerJoined"]);
});

it("counts a booth's silent visitors, and no more those who speak", () => {
  const { roster, said } = createRoster("booth");
  roster.join(entry("peer0001"));
  roster.join(entry("peer0002"));
  vi.advanceTimersByTime(1_000);
  expect(said.at(-1)).toEqual(["room:silentVisitorsCounted", { roomId: "booth:1", count: 2 }]);
  roster.setSpeakRight("peer0001", "voice");
  vi.advanceTimersByTime(2_000);
  expect(said.at(-1)).toEqual(["room:silentVisitorsCounted", { roomId: "booth:1", count: 1 }]);
  expect(roster.visible().map((view) => view.peerId)).toEqual(["peer0001"]);
});

it("leaves no timer behind", () => {
  const { roster } = createRoster("booth");
  roster.join(entry("peer0001"));
  roster.setConnected("peer0001", false);
  roster.close();
  expect(vi.getTimerCount()).toBe(0);
});
