/*
 * Asks every request and every HTTP door of the contract with payloads out of its own tables: valid, nearly valid and
 * hostile. Sockets are changed before their budget is used up, so that payloads are looked at and not only refused.
 */
import fc from "fast-check";
import { ErrorBody } from "../../../server/contract/errors.ts";
import { type HttpDoor, type HttpDoorName, httpDoors } from "../../../server/contract/http.ts";
import { type RequestName, requests } from "../../../server/contract/realtime.ts";
import type { Browser } from "../browser.ts";
import { arbitraryFor } from "../contract-arbitrary.ts";
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
  /** Sentences: answers without a code, or that say that something was not foreseen. */
  wrong: string[];
}

export async function fuzzRequests(ground: FuzzGround, perDoor: number, seed: number): Promise<FuzzTally> {
  const tally: FuzzTally = { asked: 0, codes: {}, wrong: [] };
  const lanes = createLanes();
  for (const name of Object.keys(requests) as RequestName[]) {
    const payloads = fc.sample(arbitraryFor(requests[name].data, ground.known), { numRuns: perDoor, seed });
    // Whoever drives stages at random would start a mixer a second: those requests come from people who may not.
    const people = /^stage:(?:open|goLive|end|close)/.test(name) ? ground.people.slice(0, 3) : ground.people;
    await inParallel(lanes, payloads, async (payload, lane, turn) => {
      const socket = await lane.take(people[turn % people.length]!);
      const answer = await socket.askRaw(name, payload).catch((error: Error) => error);
      if (answer instanceof Error) return void note(tally, name, "unanswered", payload);
      if (answer.ok) return void note(tally, name, "ok", payload);
      const parsed = ErrorBody.safeParse(answer.error);
      note(tally, name, parsed.success ? parsed.data.code : "uncoded", payload);
    });
  }
  for (const lane of lanes) lane.close();
  return tally;
}

export async function fuzzHttp(ground: FuzzGround, perDoor: number, seed: number): Promise<FuzzTally> {
  const tally: FuzzTally = { asked: 0, codes: {}, wrong: [] };
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
  const isWrong = /^(?:unanswered|uncoded|internal|5\d\d )/.test(code);
  if (isWrong && tally.wrong.length < 20)
    tally.wrong.push(`${door}: ${code} for ${JSON.stringify(payload)?.slice(0, 300)}`);
}

/** One socket a person, renewed in time. */
class Lane {
  readonly #sockets = new Map<Browser, { socket: SocketClient; asked: number }>();

  async take(person: Browser): Promise<SocketClient> {
    const held = this.#sockets.get(person);
    if (held && held.asked < REQUESTS_PER_SOCKET && held.socket.raw.connected) {
      held.asked += 1;
      return held.socket;
    }
    held?.socket.close();
    const socket = await person.socket();
    this.#sockets.set(person, { socket, asked: 1 });
    return socket;
  }

  close(): void {
    for (const { socket } of this.#sockets.values()) socket.close();
  }
}

/** Their sockets serve one door after the other. */
function createLanes(): Lane[] {
  return Array.from({ length: AT_ONCE }, () => new Lane());
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
