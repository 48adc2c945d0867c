/*
 * Every door × everybody × whose object it is: what the table of rights says is what the doors do. A door without a
 * sample fails (tests/support/door-samples.ts), and so does a route that is not in the contract and not named here.
 */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT_DIR } from "../../server/config.ts";
import { type HttpDoorName, httpDoors } from "../../server/contract/http.ts";
import { type RequestName, requests } from "../../server/contract/realtime.ts";
import { type Action, doorActions, type GrantRole, rights } from "../../server/platform/rights.ts";
import type { Browser } from "../support/browser.ts";
import {
  createDeleted,
  createGround,
  createSibling,
  type Ground,
  httpSamples,
  linkIdOf,
  type SocketSample,
  socketSamples,
} from "../support/door-samples.ts";
import { createLink, createPresentation } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { beginUpload } from "../support/tus-upload.ts";

/** `guest` has been here before; `revoked` and `late` hold organiser links that are taken back, and run out. */
const people = [
  "nobody",
  "guest",
  "visitor",
  "speaker",
  "host",
  "staff",
  "organiser",
  "screen",
  "revoked",
  "late",
] as const;
type Person = (typeof people)[number];
const WITHOUT_RIGHTS: ReadonlySet<Person> = new Set(["nobody", "guest", "visitor", "revoked", "late"]);

/** Whose objects: the person's own, their neighbours' in the same event, another event's, or gone ones. */
const places = ["own", "sibling", "other", "deleted"] as const;
type PlaceName = (typeof places)[number];
type About = SocketSample["about"];

let server: TestServer;
const grounds = {} as Record<PlaceName, Ground>;
const browsers = {} as Record<Person, Browser>;
let nowMs = Date.now();

beforeAll(async () => {
  server = await startTestServer({ now: () => new Date(nowMs) });
  grounds.own = await createGround(server.db);
  grounds.sibling = await createSibling(server.db, grounds.own);
  grounds.other = await createGround(server.db);
  grounds.deleted = await createDeleted(server.db);
  for (const person of people) browsers[person] = await comeAs(person);
  nowMs += 2_000;
});
afterAll(() => server.close());

async function comeAs(person: Person): Promise<Browser> {
  const browser = server.browser();
  const { event, stage, booth } = grounds.own;
  const eventId = event.id;
  switch (person) {
    case "nobody":
      return browser;
    case "guest":
      await browser.call("readSession");
      return browser;
    case "visitor": {
      const socket = await browser.socket();
      const [sample] = socketSamples["room:join"].filter(({ action }) => action === "booth.visit");
      expect(await socket.askRaw("room:join", sample?.data(grounds.own))).toMatchObject({ ok: true });
      return browser;
    }
    case "revoked": {
      const link = await createLink(server.db, { role: "organiser", eventId });
      await browser.open(link);
      const keeper = await createLink(server.db, { role: "organiser", eventId });
      const organiser = await server.browser().open(keeper);
      const params = { event: event.slug, linkId: linkIdOf(link.token) };
      await organiser.call("revokeLink", { params });
      return browser;
    }
    case "late":
      return browser.open(
        await createLink(server.db, { role: "organiser", eventId, expiresAt: new Date(nowMs + 1_000) }),
      );
    case "staff":
      return browser.open(await createLink(server.db, { role: person, eventId, boothId: booth.id }));
    case "host":
    case "speaker":
      return browser.open(await createLink(server.db, { role: person, eventId, stageId: stage.id }));
    case "organiser":
    case "screen":
      return browser.open(await createLink(server.db, { role: person, eventId }));
  }
}

/** What the table says. */
function isAllowed(
  action: Action,
  { person, place, about }: { person: Person; place: PlaceName; about: About },
) {
  const roles: "anyone" | readonly GrantRole[] = rights[action];
  if (roles === "anyone") return true;
  if (WITHOUT_RIGHTS.has(person) || place === "other" || place === "deleted") return false;
  if (!roles.includes(person as GrantRole)) return false;
  if (person === "host" || person === "speaker") return about === "stage" && place === "own";
  return person !== "staff" || (about === "booth" && place === "own");
}

function expectRefusal(code: string, { person, place }: { person: Person; place: PlaceName }, what: string) {
  const wanted = WITHOUT_RIGHTS.has(person) ? ["unauthorised"] : ["forbidden"];
  // What is not there is not there for anybody; whether somebody might have had a right to it stays unsaid.
  expect(place === "deleted" ? [...wanted, "not_found"] : wanted, `${what}: ${code}`).toContain(code);
}

/** These name nothing that could be gone, or let go of it. */
const NAMELESS = /^(listEvents|read(Session|Screen|Clock)|(chat|room):leave|\w+:unwatch)$/;
/** Refused by the room, since nobody of these is in it. */
const OUTSIDE = "not_in_room";

test("every request of the contract has a handler", () => {
  expect(server.unanswered).toEqual([]);
});

describe.each(places)("on %s objects", (place) => {
  test.each(Object.keys(httpDoors) as HttpDoorName[])("%s", async (name) => {
    // What they take is the asker's own; people.test.ts has them.
    if (name === "openLink" || name === "leaveSession") return;
    const action = doorActions[name] as Action;
    const about = action.startsWith("recording") ? "stage" : "event";
    for (const person of people) {
      const of = { ...grounds[place] };
      // A door that deletes gets an object of its own each time.
      if (name === "deletePresentation" && place !== "deleted")
        of.presentationId = (await createPresentation(server.db, { stageId: of.stage.id })).id;
      const response = await browsers[person].send(name, httpSamples[name](of) as never);
      const { code = "ok", message } = (await response.json()) as { code?: string; message?: string };
      const what = `${person} ${name}: ${code}`;
      expect(message, what).not.toBe("No such address.");
      if (name === "readScreen") expect(code === "ok", what).toBe(person === "screen");
      else if (!isAllowed(action, { person, place, about })) expectRefusal(code, { person, place }, what);
      else expect(code, what).toBe(place === "deleted" && !NAMELESS.test(name) ? "not_found" : "ok");
      if (person === "nobody") browsers.nobody.cookies.clear();
    }
  });

  test.each(Object.keys(requests) as RequestName[])("%s", async (name) => {
    for (const sample of socketSamples[name]) await Promise.all(people.map((person) => ask(sample, person)));

    async function ask({ about, data, action = doorActions[name] as Action }: SocketSample, person: Person) {
      const socket = await browsers[person].socket();
      const answer = await socket.askRaw(name, data(grounds[place]));
      socket.close();
      const code = answer.ok ? "ok" : answer.error.code;
      const what = `${person} ${name} ${about}: ${code}`;
      expect(["internal", "bad_request"], what).not.toContain(code);
      if (!isAllowed(action, { person, place, about })) expectRefusal(code, { person, place }, what);
      else if (place === "deleted" && !NAMELESS.test(name))
        expect([OUTSIDE, "not_found"], what).toContain(code);
      else expect(["unauthorised", "forbidden"], what).not.toContain(code);
    }
  });

  test("beginning an upload", async () => {
    const { presentationId } = grounds[place];
    for (const person of people) {
      const metadata = { presentationId, filename: "a.mp4" };
      const response = await beginUpload(browsers[person], { size: 10, metadata });
      const code = response.ok ? "ok" : ((await response.json()) as { code: string }).code;
      const isMine = isAllowed("upload.send", { person, place, about: "event" });
      if (isMine) expect(code, person).toBe("ok");
      else expectRefusal(code, { person, place }, person);
    }
  });
});

test("children are looked for in their own event only", async () => {
  const organiser = browsers.organiser;
  const { own, other } = grounds;
  const mixed = { ...other, event: own.event };
  for (const name of ["updatePresentation", "deletePresentation", "updateRecording", "revokeLink"] as const)
    expect(await organiser.codeOf(name, httpSamples[name](mixed) as never), name).toBe("not_found");
  expect(await organiser.codeOf("createPresentation", httpSamples.createPresentation(mixed) as never)).toBe(
    "not_found",
  );
  for (const name of ["readStage", "readBooth"] as const) {
    const params = { event: own.event.slug, stage: "lava-muualla", booth: other.booth.slug };
    expect(await organiser.codeOf(name, { params }), name).toBe("not_found");
  }
  expect(await server.db.presentation.count({ where: { id: other.presentationId } })).toBe(1);
  expect(await server.db.accessToken.count({ where: { eventId: other.event.id, revokedAt: null } })).toBe(1);
});

/** Routes that are no doors of the contract, and the test that holds their rights. */
const OTHER_ROUTES: Record<string, string> = {
  'router.all("/uploads{/*rest}"': "beginning an upload, above; uploads.test.ts",
  'app.get("/api/openapi.json"': "public; http.test.ts",
  'router.get("/healthz"': "public; http.test.ts",
  'router.get("/readyz"': "public; http.test.ts",
  'router.get("/{*path}"': "the client's page; http.test.ts",
  "beforeExpress((request, response) => requests.handle(request, response))":
    "live and replay; media-rights.test.ts",
  "fromMemory((url) => requests.findAnswer(url))": "live, whose address is everybody's; media-rights.test.ts",
  "beforeExpress(materialsDoor(ctx))": "media-rights.test.ts",
};

test("no route is mounted beside the contract but those that are named here", () => {
  const files = globSync("server/{app.ts,features/**/*.ts,platform/**/*.ts}", { cwd: ROOT_DIR });
  const found = files.flatMap((file) =>
    readFileSync(join(ROOT_DIR, file), "utf8")
      .split("\n")
      .filter((line) =>
        /\b(?:app|router)\.(?:get|post|put|patch|delete|all|use)\(\s*["'`]\/|(?:beforeExpress|fromMemory)\((?!handler|find)/.test(
          line,
        ),
      )
      .filter((line) => !/\.use\("\/(?:api|assets)"/.test(line)),
  );
  const unnamed = found.filter((line) => !Object.keys(OTHER_ROUTES).some((route) => line.includes(route)));
  expect(found.length).toBeGreaterThan(5);
  expect(unnamed).toEqual([]);
});
