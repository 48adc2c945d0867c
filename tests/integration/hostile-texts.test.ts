/*
 * Every text field of the contract × every hostile text, by HTTP and by socket: kept as it was sent or refused with a
 * code of the contract. Fields and doors come out of the zod tables; a new one is tried without anybody's doing.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { errorCodes } from "../../server/contract/errors.ts";
import { type HttpDoor, type HttpDoorName, httpDoors } from "../../server/contract/http.ts";
import { type RequestName, requests } from "../../server/contract/realtime.ts";
import { cleanText } from "../../server/platform/clean-text.ts";
import type { Browser } from "../support/browser.ts";
import { createGround, type Ground, httpSamples, socketSamples } from "../support/door-samples.ts";
import { createLink, text } from "../support/factories.ts";
import { HOSTILE_NAMES, hostileTexts } from "../support/hostile-texts.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { textFieldsOf, withText } from "../support/text-fields.ts";
import { beginUpload } from "../support/tus-upload.ts";

/** Of the server's budget for one socket: a burst of 60. */
const REQUESTS_PER_SOCKET = 55;
/** An attendee's burst in a chat. */
const SENDS_PER_BROWSER = 5;
const CROWD = 12;
/** Characters; three bytes of UTF-8 each, escaped, stay below the 16 kB of an HTTP request's head. */
const LONG_ADDRESS = 1_000;
/** A frame past the contract's bound ends its socket; socket.test.ts. */
const FITS_A_FRAME = 60_000;
const CODES = new Set<string>(errorCodes);

let server: TestServer;
let ground: Ground;
let organiser: Browser;

beforeAll(async () => {
  server = await startTestServer();
  ground = await createGround(server.db);
  organiser = await everythingAt(ground);
});
afterAll(() => server.close());

async function everythingAt({ event, stage, booth }: Ground): Promise<Browser> {
  const browser = server.browser();
  for (const draft of [
    { role: "organiser" },
    { role: "host", stageId: stage.id },
    { role: "staff", boothId: booth.id },
  ] as const)
    await browser.open(await createLink(server.db, { eventId: event.id, ...draft }));
  return browser;
}

function expectCoded(status: number, code: string | undefined, what: string): void {
  if (status < 400) return;
  expect(CODES.has(code ?? ""), `${what}: ${status} ${code}`).toBe(true);
  expect(code, what).not.toBe("internal");
  expect(status, what).toBeLessThan(500);
}

test("there are at least sixty of them, none twice", () => {
  expect(new Set(Object.values(hostileTexts)).size).toBe(HOSTILE_NAMES.length);
  expect(HOSTILE_NAMES.length).toBeGreaterThanOrEqual(60);
});

/** In small crowds: one after the other costs a minute. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += CROWD) await Promise.all(items.slice(at, at + CROWD).map(work));
}

describe("HTTP", () => {
  const named = (Object.keys(httpDoors) as HttpDoorName[]).filter((name) => name !== "leaveSession");
  test.each(named)("%s", async (name) => {
    const door: HttpDoor = httpDoors[name];
    for (const place of textFieldsOf(door.body)) {
      await each(HOSTILE_NAMES, async (hostile) => {
        const sample = httpSamples[name](ground);
        const body = withText(sample.body ?? {}, place, hostileTexts[hostile]) as never;
        const response = await organiser.send(name, { ...sample, body });
        const answer = (await response.json()) as { code?: string };
        expectCoded(response.status, answer.code, `${name} ${place} ${hostile}`);
      });
      // Among hundreds of presentations each new one costs more.
      if (name === "createPresentation")
        await server.db.presentation.deleteMany({ where: { id: { not: ground.presentationId } } });
    }
    for (const place of textFieldsOf(door.params))
      await each(HOSTILE_NAMES, async (hostile) => {
        const { params = {} } = httpSamples[name](ground);
        const spelt = encodeURIComponent((hostileTexts[hostile] ?? "").toWellFormed().slice(0, LONG_ADDRESS));
        const path = door.path.replace(/:([A-Za-z]+)/g, (_all, key: string) =>
          key === place ? spelt : (params[key] ?? ""),
        );
        const response = await organiser.fetch(`/api${path}`, { method: door.method.toUpperCase() });
        const what = `${name} ${place} ${hostile}`;
        expect(response.ok, what).toBe(false);
        expectCoded(response.status, ((await response.json()) as { code?: string }).code, what);
      });
  });

  test("what was taken is what everybody reads, to the letter", async () => {
    const draft = httpSamples.createPresentation(ground).body as Record<string, unknown>;
    const { id } = await organiser.call("createPresentation", {
      params: { event: ground.event.slug },
      body: draft as never,
    });
    const taken: string[] = [];
    for (const [hostile, value] of Object.entries(hostileTexts)) {
      const params = { event: ground.event.slug, presentationId: id };
      const body = { title: { ...text("x"), fi: value }, description: text(value), speaker: value };
      const answer = await organiser.send("updatePresentation", { params, body: body as never });
      if (!answer.ok) continue;
      taken.push(hostile);
      const page = await server.browser().call("readEvent", { params: { event: ground.event.slug } });
      const shown = page.schedule.find((one) => one.id === id);
      expect(shown, hostile).toMatchObject({
        title: { fi: value.trim() },
        description: { fi: value },
        speaker: value.trim(),
      });
    }
    // What no database keeps and what is too long for a title is refused; the rest is not.
    const refused = HOSTILE_NAMES.filter((name) => !taken.includes(name));
    expect(refused.sort()).toEqual(
      ["long10000", "long100000", "long50000", "longLine", "loneHigh", "loneLow", "nul", "onlySpaces"].sort(),
    );
  });

  test("the name of an uploaded file", async () => {
    for (const [hostile, value] of Object.entries(hostileTexts)) {
      if (value.length > 8_000) continue;
      const metadata = { presentationId: ground.presentationId, filename: value };
      const response = await beginUpload(organiser, { size: 10, metadata });
      const code = response.ok ? undefined : ((await response.json()) as { code: string }).code;
      expectCoded(response.status, code, hostile);
      if (!response.ok) continue;
      const { originalName } = await server.db.media.findFirstOrThrow({
        where: { presentationId: ground.presentationId },
        orderBy: { createdAt: "desc" },
      });
      expect(originalName, hostile).not.toMatch(/[/\\\p{Cc}]/u);
      expect(originalName.isWellFormed(), hostile).toBe(true);
    }
  });
});

describe("sockets", () => {
  test.each(Object.keys(requests) as RequestName[])("%s", async (name) => {
    const asked = socketSamples[name].flatMap(({ data }) =>
      textFieldsOf(requests[name].data).flatMap((place) => attempts(data(ground) as object, place)),
    );
    expect(asked.length).toBeGreaterThan(0);
    const isChat = name === "chat:send";
    const share = isChat ? SENDS_PER_BROWSER : REQUESTS_PER_SOCKET;
    const shares = Array.from({ length: Math.ceil(asked.length / share) }, (_, n) =>
      asked.slice(n * share, (n + 1) * share),
    );
    await each(shares, async (some) => {
      // The limit of a chat is a browser's.
      const socket = await (isChat ? server.browser() : organiser).socket();
      await Promise.all(
        some.map(async ({ place, hostile, value, data }) => {
          const answer = await socket.askRaw(name, data);
          const what = `${name} ${place} ${hostile}`;
          if (!answer.ok) expectCoded(400, answer.error.code, what);
          else if (isChat) expectKept(answer.data, place, value, what);
          if (isChat && !answer.ok) expect(answer.error.code, what).not.toBe("too_many_requests");
        }),
      );
      socket.close();
    });
  });

  function attempts(sample: object, place: string) {
    const isInSample = place.split(".")[0]! in sample || !place.includes(".");
    if (!isInSample) return [];
    return Object.entries(hostileTexts)
      .filter(([, value]) => Buffer.byteLength(JSON.stringify(value)) < FITS_A_FRAME)
      .map(([hostile, value]) => {
        const own = "messageId" in sample ? { ...sample, messageId: randomUUID() } : sample;
        return { place, hostile, value, data: withText(own, place, value) };
      });
  }

  /** Chats keep texts and nicknames without marks that turn or hide what is around them. */
  function expectKept(data: unknown, place: string, value: string, what: string): void {
    const { entry } = data as { entry: { text: string; author: { nickname: string | null } } };
    if (place === "text") expect(entry.text, what).toBe(cleanText(value));
    if (place === "nickname") expect(entry.author.nickname, what).toBe(cleanText(value) || null);
  }
});

test("after all of it the server is as it was", async () => {
  expect((await organiser.fetch("/readyz")).status).toBe(200);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(await server.db.event.count()).toBe(1);
});
