/*
 * Asks every request and every HTTP door of the contract with payloads out of its own tables: valid, nearly valid and
 * hostile. Sockets are changed before their budget is used up, so that payloads are looked at and not only refused.
 */
import fc from "fast-check";
import { ErrorBody } from "../../../server/contract/errors.ts";
import { type HttpDoor, type HttpDoorName, httpDoors } from "../../../server/contract/http.ts";
import { type RequestName, requests } from "../../../server/contract/realtime.ts";
import type { JoinedRoom, RoomRef } from "../../../server/contract/rooms.ts";
import type { Browser } from "../browser.ts";
import { arbitraryFor } from "../contract-arbitrary.ts";
import { browserCapabilities } from "../rtp-samples.ts";
import type { SocketClient } from "../socket-client.ts";
import type { FuzzGround } from "./fuzz-ground.ts";

/** Below the 60 that a socket may ask at once. */
const REQUESTS_PER_SOCKET = 50;
const AT_ONCE = 8;
/** What may fail without anybody's fault where stages open and close at random. */
const FORESEEN_5XX = new Set(["media_unavailable", "timeout", "database_unavailable"]);

export interface FuzzTally {
  asked: number;
  /** By code. */
  codes: Record<string, number>;
  /** What each door answered, codes and "ok". */
  told: Map<string, Set<string>>;
  /** Sentences: answers without a code, or that say that something was not foreseen. */
  wrong: string[];
}

export async function fuzzRequests(ground: FuzzGround, perDoor: number, seed: number): Promise<FuzzTally> {
  const tally: FuzzTally = { asked: 0, codes: {}, wrong: [], told: new Map() };
  const lanes = createLanes(ground.table);
  for (const name of Object.keys(requests) as RequestName[]) {
    const payloads = fc.sample(arbitraryFor(requests[name].data, ground.known), { numRuns: perDoor, seed });
    // Whoever drives stages at random would start a mixer a second: those requests come from people who may not.
    const people = /^stage:(?:open|goLive|end|close)/.test(name) ? ground.people.slice(0, 3) : ground.people;
    await inParallel(lanes, payloads, async (payload, lane, turn) => {
      const { socket, inOwnRoom } = await lane.take(people[turn % people.length]!);
      // By turns of all people: each asks in both ways.
      const isOwn = Math.floor(turn / people.length) % 2 === 1;
      const asked = isOwn ? inOwnRoom(payload) : payload;
      const answer = await socket.askRaw(name, asked).catch((error: Error) => error);
      if (answer instanceof Error) return void note(tally, name, "unanswered", asked);
      if (answer.ok) return void note(tally, name, "ok", asked);
      const parsed = ErrorBody.safeParse(answer.error);
      note(tally, name, parsed.success ? parsed.data.code : "uncoded", asked);
    });
  }
  for (const lane of lanes) lane.close();
  return tally;
}

export async function fuzzHttp(ground: FuzzGround, perDoor: number, seed: number): Promise<FuzzTally> {
  const tally: FuzzTally = { asked: 0, codes: {}, wrong: [], told: new Map() };
  const lanes = createLanes();
  for (const name of Object.keys(httpDoors) as HttpDoorName[]) {
    const door: HttpDoor = httpDoors[name];
    const pair = fc.tuple(arbitraryFor(door.params, ground.known), arbitraryFor(door.body, ground.known));
    const payloads = fc.sample(pair, { numRuns: perDoor, seed });
    // Leaving would end the rights that the other doors need.
    const people = name === "leaveSession" ? ground.people.slice(0, 1) : ground.people;
    await inParallel(lanes, payloads, async ([params, body], _lane, turn) => {
      const asker: Browser = people[turn % people.length]!;
      const response = await asker.fetch(`/api${fillPath(door.path, params)}`, {
        method: door.method.toUpperCase(),
        headers: { "content-type": "application/json", origin: asker.url },
        ...(door.method === "get" ? {} : { body: JSON.stringify(body) ?? "" }),
      });
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok) return void note(tally, name, answer === null ? "uncoded" : "ok", [params, body]);
      const parsed = ErrorBody.safeParse(answer);
      const code = parsed.success ? parsed.data.code : "uncoded";
      const isBad = response.status >= 500 && !FORESEEN_5XX.has(code);
      note(tally, name, isBad ? `${response.status} ${code}` : code, [params, body]);
    });
  }
  return tally;
}

function note(tally: FuzzTally, door: string, code: string, payload: unknown): void {
  tally.asked += 1;
  tally.codes[code] = (tally.codes[code] ?? 0) + 1;
  tally.told.set(door, (tally.told.get(door) ?? new Set()).add(code));
  const isWrong = /^(?:unanswered|uncoded|internal|5\d\d )/.test(code);
  if (isWrong && tally.wrong.length < 20)
    tally.wrong.push(`${door}: ${code} for ${JSON.stringify(payload)?.slice(0, 300)}`);
}

interface Seat {
  socket: SocketClient;
  asked: number;
  /** The same payload about the socket's own room, peer and transports. */
  inOwnRoom(payload: unknown): unknown;
}

/** One socket a person, renewed in time. */
class Lane {
  readonly #seats = new Map<Browser, Seat>();
  readonly #table: RoomRef | undefined;

  constructor(table?: RoomRef) {
    this.#table = table;
  }

  async take(person: Browser): Promise<Seat> {
    const held = this.#seats.get(person);
    if (held && held.asked < REQUESTS_PER_SOCKET && held.socket.raw.connected) {
      held.asked += 1;
      return held;
    }
    held?.socket.close();
    const socket = await person.socket();
    const joined = this.#table && (await enter(socket, this.#table));
    const seat = { socket, asked: joined ? 2 : 1, inOwnRoom: withOwn(joined ?? null) };
    this.#seats.set(person, seat);
    return seat;
  }

  close(): void {
    for (const { socket } of this.#seats.values()) socket.close();
  }
}

/** `null`: one who was taken out of the room, or came while it was being closed. */
async function enter(socket: SocketClient, room: RoomRef): Promise<JoinedRoom | null> {
  const peerKey = crypto.randomUUID().replaceAll("-", "");
  const rtpCapabilities = browserCapabilities as unknown as Record<string, unknown>;
  const data = { room, peerKey, displayName: "Satunnainen", rtpCapabilities };
  return socket.request("room:join", data).catch(() => null);
}

function withOwn(joined: JoinedRoom | null): Seat["inOwnRoom"] {
  return (payload) => {
    if (typeof payload !== "object" || payload === null || Array.isArray(payload) || !joined) return payload;
    const { roomId, peerId, sendTransport, receiveTransport } = joined;
    const transportId = "rtpParameters" in payload ? sendTransport?.id : receiveTransport.id;
    const own: Record<string, unknown> = { roomId, peerId, transportId };
    return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, own[name] ?? value]));
  };
}

/** Their sockets serve one door after the other. */
function createLanes(table?: RoomRef): Lane[] {
  return Array.from({ length: AT_ONCE }, () => new Lane(table));
}

async function inParallel<Item>(
  lanes: readonly Lane[],
  items: readonly Item[],
  ask: (item: Item, lane: Lane, turn: number) => Promise<void>,
): Promise<void> {
  let turn = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let own = turn++; own < items.length; own = turn++) await ask(items[own]!, lane, own);
    }),
  );
}

/** A door's address with what was drawn for its parameters, whatever that is. */
export function fillPath(path: string, params: unknown): string {
  const values = (typeof params === "object" && params !== null ? params : {}) as Record<string, unknown>;
  return path.replace(/:([A-Za-z]+)/g, (_match, name: string) => {
    const value = values[name];
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "-");
    return encodeURIComponent(text.slice(0, 2000).toWellFormed()) || "-";
  });
}
