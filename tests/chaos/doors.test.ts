import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ErrorBody } from "../../server/contract/errors.ts";
import { type HttpDoor, type HttpDoorName, httpDoors } from "../../server/contract/http.ts";
import { type RequestName, requests } from "../../server/contract/realtime.ts";
import type { JoinedRoom, RoomRef } from "../../server/contract/rooms.ts";
import { Browser } from "../support/browser.ts";
import { fillPath } from "../support/chaos/fuzz-doors.ts";
import { arbitraryFor, type KnownValues } from "../support/contract-arbitrary.ts";
import { type Product, startProduct } from "../support/product.ts";
import { listDescendants } from "../support/product-processes.ts";
import {
  browserCapabilities,
  browserDtls,
  cameraParameters,
  microphoneParameters,
} from "../support/rtp-samples.ts";
import type { SocketClient } from "../support/socket-client.ts";

/*
 * Every door of the running product is asked with what the contract allows, nearly allows and does not allow at all,
 * by those who may and those who may not: coded answers only, and everything stays up.
 */

const RUNS = 50;
/** Of the server's budget for one socket. */
const REQUESTS_PER_SOCKET = 50;
/** What may go wrong without anybody's fault: the stage is being opened and closed at random all the while. */
const ACCEPTABLE_5XX = new Set(["media_unavailable", "timeout", "database_unavailable"]);
/** Ends what the other doors need: asked by a browser that has nothing to lose. */
const NOT_AS_ORGANISER: ReadonlySet<HttpDoorName> = new Set(["leaveSession"]);

describe("every door, asked at random", () => {
  let product: Product;
  let known: KnownValues;
  let booth: RoomRef;
  let stranger: Browser;
  let people: Browser[];
  let processesBefore: number[];
  /** How often each door said what. */
  const told = new Map<string, Record<string, number>>();
  const tally = (door: string, code: string) => {
    const codes = told.get(door) ?? {};
    codes[code] = (codes[code] ?? 0) + 1;
    told.set(door, codes);
  };

  beforeAll(async () => {
    product = await startProduct();
    people = await Promise.all(
      [/^Host/, /^Organiser/, /^Staff/].map((label) =>
        new Browser(product.url).open({ token: product.link(label).split("#")[1] ?? "" }),
      ),
    );
    stranger = new Browser(product.url);
    known = await readKnown(people[1]!);
    booth = { kind: "booth", boothId: String(known.boothId?.[0]) };
    processesBefore = lastingProcesses();
  });
  afterAll(async () => {
    for (const browser of people ?? []) browser.close();
    stranger?.close();
    await product?.stop();
  });

  it("answers each socket request with a result or a code", async () => {
    for (const name of Object.keys(requests) as RequestName[]) {
      const sockets = await Promise.all([...people, stranger].map((one) => SocketTaker.create(one, booth)));
      const property = fc.asyncProperty(
        arbitraryFor(requests[name].data, known),
        fc.nat(sockets.length - 1),
        fc.boolean(),
        async (data, who, isMine) => {
          const socket = await sockets[who]!.take();
          const answer = await socket.askRaw(name, isMine ? sockets[who]!.inOwnRoom(data) : data);
          tally(name, answer.ok ? "ok" : answer.error.code);
          if (answer.ok) return;
          ErrorBody.parse(answer.error);
          if (answer.error.code === "internal") throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
        },
      );
      await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
      for (const socket of sockets) socket.close();
    }
  });

  it("answers each HTTP door with a result or a code", async () => {
    for (const name of Object.keys(httpDoors) as HttpDoorName[]) {
      const door: HttpDoor = httpDoors[name];
      const property = fc.asyncProperty(
        arbitraryFor(door.params, known),
        arbitraryFor(door.body, known),
        fc.nat(people.length),
        async (params, body, who) => {
          const asker = NOT_AS_ORGANISER.has(name) ? stranger : (people[who] ?? stranger);
          const response = await asker.fetch(`/api${fillPath(door.path, params)}`, {
            method: door.method.toUpperCase(),
            headers: { "content-type": "application/json" },
            ...(door.method === "get" ? {} : { body: JSON.stringify(body) }),
          });
          const answer: unknown = await response.json();
          if (response.ok) return tally(name, "ok");
          const { code } = ErrorBody.parse(answer);
          tally(name, code);
          if (response.status >= 500 && !ACCEPTABLE_5XX.has(code))
            throw new Error(`${name}: ${response.status} ${JSON.stringify(answer)}`);
        },
      );
      await fc.assert(property, { numRuns: RUNS, endOnFailure: true });
    }
  });

  it("was asked what it does and what it does not do", () => {
    const never = [...told].filter(([, codes]) => Object.keys(codes).length < 2).map(([door]) => door);
    // These take nothing, so that nothing about them is wrong; or need a token that nobody guesses.
    expect(never.filter((door) => !/^(list|read)|^openLink|^leaveSession/.test(door))).toEqual([]);
  });

  it("has the same processes as before, and nothing in their logs that was not foreseen", async () => {
    expect(lastingProcesses()).toEqual(processesBefore);
    expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
    const logs = ["server", "media-node"].map((name) =>
      readFileSync(join(product.place.dataDir, `logs/${name}.log`), "utf8"),
    );
    const bad = logs.join("\n").split("\n").filter(isUnforeseen);
    expect(bad).toEqual([]);
  });

  /** Mixers and conversions come and go. */
  function lastingProcesses(): number[] {
    const { postgres: _postgres, ...pids } = product.pids();
    const workers = listDescendants(pids["media node"]!).filter((one) =>
      /mediasoup-worker/.test(one.command),
    );
    return [...Object.values(pids), ...workers.map((one) => one.pid)];
  }
});

/** Sockets of one browser, at a booth's table, a new one whenever the last has used up what it may ask. */
class SocketTaker {
  readonly #browser: Browser;
  readonly #room: RoomRef;
  #socket: SocketClient;
  #joined: JoinedRoom | null = null;
  #asked = 0;

  static async create(browser: Browser, room: RoomRef): Promise<SocketTaker> {
    const taker = new SocketTaker(browser, room, await browser.socket());
    await taker.#enter();
    return taker;
  }

  private constructor(browser: Browser, room: RoomRef, socket: SocketClient) {
    this.#browser = browser;
    this.#room = room;
    this.#socket = socket;
  }

  async take(): Promise<SocketClient> {
    this.#asked += 1;
    if (this.#asked % REQUESTS_PER_SOCKET === 0 || !this.#socket.raw.connected) {
      this.#socket.close();
      this.#socket = await this.#browser.socket();
      await this.#enter();
    }
    return this.#socket;
  }

  /** The same request about what is the asker's own, so that it goes all the way to the media. */
  inOwnRoom(data: unknown): unknown {
    if (typeof data !== "object" || data === null || Array.isArray(data) || !this.#joined) return data;
    const { roomId, peerId, sendTransport, receiveTransport } = this.#joined;
    const transportId = "rtpParameters" in data ? sendTransport?.id : receiveTransport.id;
    const own: Record<string, unknown> = { roomId, peerId, transportId };
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, own[name] ?? value]));
  }

  async #enter(): Promise<void> {
    this.#joined = await this.#socket.request("room:join", {
      room: this.#room,
      peerKey: "key-of-the-random-tests",
      displayName: "Satunnainen",
      rtpCapabilities: browserCapabilities as unknown as Record<string, unknown>,
    });
  }

  close(): void {
    this.#socket.close();
  }
}

async function readKnown(organiser: Browser): Promise<KnownValues> {
  const event = await organiser.call("readEvent", { params: { event: "jarjestomessut" } });
  const stages = event.stages.map((stage) => stage.id);
  const booths = event.booths.slice(0, 2).map((booth) => booth.id);
  return {
    event: ["jarjestomessut"],
    stage: ["paasali"],
    booth: event.booths.slice(0, 2).map((booth) => booth.slug),
    eventId: [event.id],
    stageId: stages,
    boothId: booths,
    presentationId: event.schedule.slice(0, 3).map((one) => one.id),
    roomId: [...stages.flatMap((id) => [`backstage:${id}`, `audience:${id}`]), `booth:${booths[0]}`],
    chatId: [`stage:${stages[0]}`, `booth:${booths[0]}`],
    rtpCapabilities: [browserCapabilities],
    rtpParameters: [microphoneParameters(), cameraParameters()],
    dtlsParameters: [browserDtls],
  };
}

/** error and fatal lines (pino's 50 and 60). */
function isUnforeseen(line: string): boolean {
  return /"level":(?:50|60)|unhandled|uncaught/i.test(line);
}
