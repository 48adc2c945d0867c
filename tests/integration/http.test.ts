import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { errorCodes } from "../../server/contract/errors.ts";
import { type HttpDoor, httpDoors } from "../../server/contract/http.ts";
import {
  createFair,
  createLink,
  createPresentation,
  createRecording,
  type Fair,
} from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let fair: Fair;
beforeAll(async () => {
  server = await startTestServer();
  fair = await createFair(server.db);
});
afterAll(() => server.close());

test("pages and answers carry the headers that keep strangers' code out", async () => {
  const page = await server.browser().fetch("/");
  const policy = page.headers.get("content-security-policy") ?? "";
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("media-src 'self' blob:;");
  expect(policy).toContain("worker-src 'self' blob:;");
  expect(policy).toContain("object-src 'none';");
  expect(policy).toContain("base-uri 'none';");
  expect(policy.split(";").find((one) => one.startsWith("script-src "))).not.toContain("unsafe");
  expect(page.headers.get("permissions-policy")).toContain("camera=(self)");
  expect(page.headers.get("x-content-type-options")).toBe("nosniff");
  expect(page.headers.get("x-powered-by")).toBeNull();
  const api = await server.browser().fetch("/api/events");
  expect(api.headers.get("cache-control")).toBe("no-store");
});

test("unsafe requests of other origins' pages are refused", async () => {
  const browser = server.browser();
  const send = (headers: Record<string, string>) =>
    browser.fetch("/api/session", { method: "DELETE", headers });
  for (const origin of ["https://evil.example", "null", "http://127.0.0.1:1", "nonsense"])
    expect((await send({ origin })).status, origin).toBe(403);
  for (const origin of [server.url, server.config.publicUrl])
    expect((await send({ origin })).status).toBe(200);
  expect((await send({})).status).toBe(200);
  expect(
    (await browser.fetch("/api/events", { headers: { origin: "https://evil.example" } })).headers.get(
      "access-control-allow-origin",
    ),
  ).toBeNull();
});

test("bodies that are too large, broken or not JSON are refused by code", async () => {
  const browser = server.browser();
  const post = async (body: string, type = "application/json") => {
    const response = await browser.fetch("/api/session", {
      method: "POST",
      body,
      headers: { "content-type": type },
    });
    return ((await response.json()) as { code: string }).code;
  };
  expect(await post(JSON.stringify({ token: "x".repeat(70_000) }))).toBe("too_large");
  expect(await post("{")).toBe("bad_request");
  expect(await post("[]")).toBe("bad_request");
  expect(await post("null")).toBe("bad_request");
  expect(await post("token=1", "application/x-www-form-urlencoded")).toBe("bad_request");
  expect(await post(JSON.stringify({ token: "A".repeat(43), extra: 1 }))).toBe("bad_request");
  expect(await post('{"__proto__":{"token":1}}')).toBe("bad_request");
});

test("what is not a door is not found, in the contract's words", async () => {
  const browser = server.browser();
  for (const path of [
    "/api",
    "/api/nothing",
    "/api/events/..%2f..%2fetc%2fpasswd/x/y",
    "/api/EVENTS/x/y",
    "/assets/none.js",
  ]) {
    const response = await browser.fetch(path);
    expect(response.status, path).toBe(404);
    expect(await response.json(), path).toMatchObject({ code: "not_found" });
  }
  expect((await browser.fetch("/api/events", { method: "POST" })).status).toBe(404);
});

test("every door answers garbage with a code of the contract, no stack and no value", async () => {
  const browser = server.browser();
  const paths = Object.values<HttpDoor>(httpDoors).map((door) => ({ method: door.method, path: door.path }));
  for (const { method, path } of paths)
    for (const value of ["%00", "..%2f..", "a".repeat(300), "'; DROP TABLE", "%F0%9F%92%A9", "%E0%A4%A"]) {
      const address = `/api${path.replace(/:[A-Za-z]+/g, encodeURI(value).replaceAll("%25", "%"))}`;
      const response = await browser.fetch(address, {
        method: method.toUpperCase(),
        ...(method === "get"
          ? {}
          : { body: '{"unexpected":true}', headers: { "content-type": "application/json" } }),
      });
      if (response.ok) continue;
      const body = (await response.json()) as { code: string; message: string };
      expect(errorCodes, `${method} ${address}`).toContain(body.code);
      expect(body.code, `${method} ${address}`).not.toBe("internal");
      expect(JSON.stringify(body)).not.toMatch(/node_modules|prisma|at file|DROP TABLE/i);
    }
});

test("OpenAPI names exactly the doors of the contract", async () => {
  const response = await server.browser().fetch("/api/openapi.json");
  const { paths, openapi } = (await response.json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  const operations = Object.values(paths).flatMap((path) =>
    Object.values(path).map((one) => one.operationId),
  );
  expect(openapi).toBe("3.1.0");
  expect(operations.sort()).toEqual(Object.keys(httpDoors).sort());
});

test("the list of events and an event's page, as anybody sees them", async () => {
  const presentation = await createPresentation(server.db, { stageId: fair.stage.id });
  const shown = await createRecording(server.db, { stageId: fair.stage.id });
  await createRecording(server.db, { stageId: fair.stage.id, isPublished: false });
  const browser = server.browser();
  const { events } = await browser.call("listEvents");
  expect(events.map((event) => event.slug)).toContain(fair.event.slug);
  const page = await browser.call("readEvent", { params: { event: fair.event.slug } });
  expect(page).toMatchObject({
    isLive: false,
    stages: [{ id: fair.stage.id, phase: "closed" }],
    booths: [{ id: fair.booth.id, kind: "memory", isStaffed: false }],
    schedule: [{ id: presentation.id }],
    recordings: [{ id: shown.id, durationSeconds: 60, isPublished: true }],
    can: { manage: false },
  });
  expect(await browser.codeOf("readEvent", { params: { event: "no-such-event" } })).toBe("not_found");
  expect(await browser.codeOf("readEvent", { params: { event: "Not_A_Slug" } })).toBe("bad_request");
});

test("pages cost no statement until a domain notice says that something changed", async () => {
  const own = await createFair(server.db);
  const browser = server.browser();
  const read = () => browser.call("readEvent", { params: { event: own.event.slug } });
  await read();
  await server.db.stage.update({ where: { id: own.stage.id }, data: { phase: "live" } });
  expect((await read()).isLive).toBe(false);
  server.ctx.domain.tell("stageChanged", { eventId: own.event.id, stageId: own.stage.id, phase: "live" });
  expect((await read()).isLive).toBe(true);
  server.ctx.domain.tell("boothStaffed", { eventId: own.event.id, boothId: own.booth.id, isStaffed: true });
  expect((await read()).booths).toMatchObject([{ isStaffed: true }]);
  server.ctx.domain.tell("boothStaffed", { eventId: own.event.id, boothId: own.booth.id, isStaffed: false });
  expect((await read()).booths).toMatchObject([{ isStaffed: false }]);
});

test("the organiser of this event, and of no other, may manage it", async () => {
  const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
  const other = await createFair(server.db);
  const browser = await server.browser().open(link);
  const canManage = async (event: string) =>
    (await browser.call("readEvent", { params: { event } })).can.manage;
  expect([await canManage(fair.event.slug), await canManage(other.event.slug)]).toEqual([true, false]);
});

test("health, readiness and the clock", async () => {
  const browser = server.browser();
  expect((await browser.fetch("/healthz")).status).toBe(200);
  expect(await (await browser.fetch("/readyz")).json()).toEqual({
    isReady: true,
    database: true,
    media: true,
  });
  const { now } = await browser.call("readClock");
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(2000);
});

test("an address that people may type is the client's page, and one of a file is not", async () => {
  const page = await server.browser().fetch("/e/messut/stage/paalava", { headers: { accept: "text/html" } });
  expect([200, 503]).toContain(page.status);
  expect((await server.browser().fetch("/media/none/x.m3u8")).status).toBe(404);
});

test("a request that is not HTTP is closed and the server lives", async () => {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.on("close", () => resolve());
  socket.on("error", () => {});
  socket.resume();
  socket.write("\u0000\u0001 garbage\r\n\r\n");
  await promise;
  expect((await server.browser().fetch("/healthz")).status).toBe(200);
});

test("closing does not wait for a request that hangs", async () => {
  const own = await startTestServer();
  const { port } = new URL(own.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  socket.write(
    "POST /api/session HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{",
  );
  await new Promise((resolve) => socket.once("connect", resolve));
  const beganMs = performance.now();
  await own.close();
  expect(performance.now() - beganMs).toBeLessThan(5_000);
  socket.destroy();
});
