import { afterAll, beforeAll, expect, test } from "vitest";
import { createFair, createLink, createStage, type Fair } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";

let server: TestServer;
let fair: Fair;
beforeAll(async () => {
  server = await startTestServer();
  fair = await createFair(server.db);
});
afterAll(() => server.close());

const DAY_MS = 24 * 3_600_000;
const unknown = "A".repeat(43);

test("a link is exchanged for a session that only the browser's cookie holds", async () => {
  const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
  const browser = server.browser();
  const response = await browser.send("openLink", { body: { token: link.token } });
  const grant = { role: "organiser", eventId: fair.event.id, stageId: null, boothId: null };
  expect(await response.json()).toEqual({
    session: { grants: [grant] },
    goTo: `/e/${fair.event.slug}/manage`,
  });
  const cookie = response.headers.getSetCookie().find((one) => one.startsWith("torilla_session="));
  expect(cookie).toMatch(/^torilla_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  expect(await browser.call("readSession")).toEqual({ grants: [grant] });
  const kept = await server.db.session.findMany({ select: { hash: true } });
  expect(
    kept.some(
      ({ hash }) => Buffer.from(hash).toString("base64url") === browser.cookies.get("torilla_session"),
    ),
  ).toBe(false);
});

test("every role goes to its own page", async () => {
  const { event, stage, booth } = fair;
  const open = async (draft: Omit<Parameters<typeof createLink>[1], "eventId">) => {
    const { token } = await createLink(server.db, { eventId: event.id, ...draft });
    return (await server.browser().call("openLink", { body: { token } })).goTo;
  };
  expect(await open({ role: "host", stageId: stage.id })).toBe(
    `/e/${event.slug}/stage/${stage.slug}/backstage`,
  );
  expect(await open({ role: "speaker", stageId: stage.id })).toBe(
    `/e/${event.slug}/stage/${stage.slug}/backstage`,
  );
  expect(await open({ role: "staff", boothId: booth.id })).toBe(`/e/${event.slug}/booth/${booth.slug}/staff`);
  expect(await open({ role: "screen" })).toBe("/screen");
  const elsewhere = await createStage(server.db, { eventId: (await createFair(server.db)).event.id });
  expect(await open({ role: "host", stageId: elsewhere.id })).toBe(`/e/${event.slug}`);
});

test("rights of several links add up in one session, and a link opened twice is one right", async () => {
  const browser = server.browser();
  const host = await createLink(server.db, { role: "host", eventId: fair.event.id, stageId: fair.stage.id });
  const staff = await createLink(server.db, {
    role: "staff",
    eventId: fair.event.id,
    boothId: fair.booth.id,
  });
  await browser.open(host);
  const session = browser.cookies.get("torilla_session");
  await Promise.all(Array.from({ length: 8 }, () => browser.open(staff)));
  expect(browser.cookies.get("torilla_session")).toBe(session);
  const { grants } = await browser.call("readSession");
  expect(grants.map((grant) => grant.role).sort()).toEqual(["host", "staff"]);
});

test("unknown, revoked and run-out links are refused, malformed ones are bad requests", async () => {
  const expiresAt = new Date(Date.now() - 1000);
  const old = await createLink(server.db, { role: "host", eventId: fair.event.id, expiresAt });
  const revoked = await createLink(server.db, { role: "host", eventId: fair.event.id });
  await server.db.accessToken.updateMany({ where: { hash: revoked.hash }, data: { revokedAt: new Date() } });
  const browser = server.browser();
  const codeOf = (token: string) => browser.codeOf("openLink", { body: { token } });
  expect(await codeOf(unknown)).toBe("link_invalid");
  expect(await codeOf(revoked.token)).toBe("link_invalid");
  expect(await codeOf(old.token)).toBe("link_expired");
  for (const token of ["", "short", `${unknown}A`, "å".repeat(43)])
    expect(await codeOf(token)).toBe("bad_request");
  expect(await browser.call("readSession")).toEqual({ grants: [] });
});

test("a session's cookie is no link, and a link's token is no session", async () => {
  const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
  const browser = await server.browser().open(link);
  const stranger = server.browser();
  const session = browser.cookies.get("torilla_session") ?? "";
  expect(await stranger.codeOf("openLink", { body: { token: session } })).toBe("link_invalid");
  stranger.cookies.set("torilla_session", link.token);
  expect(await stranger.call("readSession")).toEqual({ grants: [] });
});

test("who leaves the session has nothing left, though a copy of the cookie is kept", async () => {
  const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
  const browser = await server.browser().open(link);
  const copy = server.browser();
  copy.cookies.set("torilla_session", browser.cookies.get("torilla_session") ?? "");
  expect((await copy.call("readSession")).grants).toHaveLength(1);
  expect(await browser.call("leaveSession")).toEqual({});
  expect(browser.cookies.has("torilla_session")).toBe(false);
  expect(await copy.call("readSession")).toEqual({ grants: [] });
});

test("a session ends when its time or its link's time is over", async () => {
  let nowMs = Date.now();
  const late = await startTestServer({ now: () => new Date(nowMs) });
  const own = await createFair(late.db);
  const short = await createLink(late.db, {
    role: "host",
    eventId: own.event.id,
    expiresAt: new Date(nowMs + DAY_MS),
  });
  const long = await createLink(late.db, {
    role: "organiser",
    eventId: own.event.id,
    expiresAt: new Date(nowMs + 90 * DAY_MS),
  });
  const browser = await (await late.browser().open(short)).open(long);
  const roles = async () => (await browser.call("readSession")).grants.map((grant) => grant.role);
  expect((await roles()).sort()).toEqual(["host", "organiser"]);
  nowMs += 2 * DAY_MS;
  expect(await roles()).toEqual(["organiser"]);
  nowMs += 30 * DAY_MS;
  expect(await roles()).toEqual([]);
  await late.close();
});

test("a session that has long been over is deleted with its rights when a server starts", async () => {
  const nowMs = Date.now();
  const eventId = fair.event.id;
  await server.browser().open(await createLink(server.db, { role: "organiser", eventId }));
  const [{ hash } = { hash: null }] = await server.db.session.findMany({
    orderBy: { createdAt: "desc" },
    take: 1,
  });
  const where = { hash: hash! };
  const others = (await server.db.session.count()) - 1;
  const startAt = async (days: number) => {
    const databaseUrl = server.config.databaseUrl ?? "";
    const later = await startTestServer({ databaseUrl, now: () => new Date(nowMs + days * DAY_MS) });
    // Waits for what was begun.
    await later.close();
  };
  await server.db.session.update({ where, data: { expiresAt: new Date(nowMs + DAY_MS) } });
  await startAt(30);
  expect(await server.db.session.count({ where })).toBe(1);
  await startAt(32);
  expect(await server.db.session.count({ where })).toBe(0);
  expect(await server.db.grant.count({ where: { sessionHash: hash! } })).toBe(0);
  expect(await server.db.session.count()).toBe(others);
});

test("a database that was away is no guessing: all may open their links when it is back", async () => {
  const other = await startTestServer();
  const { token } = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
  const browser = other.browser();
  const { accessToken } = other.ctx.db;
  const { findUnique } = accessToken;
  const lost = Object.assign(new Error("Connection terminated unexpectedly"), { code: "ECONNRESET" });
  accessToken.findUnique = (() => Promise.reject(lost)) as never;
  const codes: string[] = [];
  for (let turn = 0; turn < 25; turn += 1) codes.push(await browser.codeOf("openLink", { body: { token } }));
  accessToken.findUnique = findUnique;
  expect(new Set(codes)).toEqual(new Set(["database_unavailable"]));
  expect(await browser.codeOf("openLink", { body: { token } })).toBe("link_invalid");
  await other.close();
});

test("guessing links is slowed down", async () => {
  const other = await startTestServer();
  const browser = other.browser();
  const codes: string[] = [];
  for (let turn = 0; turn < 25; turn += 1)
    codes.push(await browser.codeOf("openLink", { body: { token: unknown } }));
  expect(codes.slice(0, 20)).toEqual(Array(20).fill("link_invalid"));
  expect(codes.at(-1)).toBe("too_many_requests");
  await other.close();
});

test("over https the cookies are bound to the host and to https", async () => {
  const secure = await startTestServer({ environment: { TORILLA_PUBLIC_URL: "https://messut.example.org" } });
  const own = await createFair(secure.db);
  const link = await createLink(secure.db, { role: "host", eventId: own.event.id });
  const response = await secure.browser().send("openLink", { body: { token: link.token } });
  const cookies = response.headers.getSetCookie();
  expect(cookies.map((cookie) => cookie.split("=")[0]).sort()).toEqual([
    "__Host-torilla_guest",
    "__Host-torilla_session",
  ]);
  for (const cookie of cookies)
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Lax; Max-Age=\d+; Secure$/);
  await secure.close();
});

test("the guest's cookie comes with the first page and is kept nowhere", async () => {
  const browser = server.browser();
  await browser.fetch("/");
  const guest = browser.cookies.get("torilla_guest");
  expect(guest).toMatch(/^[\w-]{22}$/);
  const response = await browser.send("readSession");
  expect(response.headers.getSetCookie()).toEqual([]);
});

test("an organiser sees the event's links and takes one back; its browsers have nothing left at once", async () => {
  const own = await createFair(server.db);
  const eventId = own.event.id;
  const link = await createLink(server.db, {
    role: "host",
    eventId,
    stageId: own.stage.id,
    label: "Juontaja",
  });
  const organiser = await server.browser().open(await createLink(server.db, { role: "organiser", eventId }));
  const host = await server.browser().open(link);
  const event = own.event.slug;
  const { links } = await organiser.call("listLinks", { params: { event } });
  expect(links.map(({ role, label, sessionCount }) => ({ role, label, sessionCount }))).toEqual([
    { role: "organiser", label: "", sessionCount: 1 },
    { role: "host", label: "Juontaja", sessionCount: 1 },
  ]);
  expect(JSON.stringify(links)).not.toContain(link.token);
  const linkId = links.find(({ role }) => role === "host")?.id ?? "";
  const revoked = await organiser.call("revokeLink", { params: { event, linkId } });
  expect(revoked.revokedAt).not.toBeNull();
  expect(await host.call("readSession")).toEqual({ grants: [] });
  expect(await server.browser().codeOf("openLink", { body: { token: link.token } })).toBe("link_invalid");
  const again = await organiser.call("revokeLink", { params: { event, linkId } });
  expect(again).toEqual(revoked);
});

test("the last link with which an event is managed cannot be taken back, not even by two at once", async () => {
  const { event } = await createFair(server.db);
  const browsers = await Promise.all(
    ["A", "B"].map(async (label) =>
      server.browser().open(await createLink(server.db, { role: "organiser", eventId: event.id, label })),
    ),
  );
  const { links } = await browsers[0]!.call("listLinks", { params: { event: event.slug } });
  const params = (label: string) => ({
    event: event.slug,
    linkId: links.find((link) => link.label === label)?.id ?? "",
  });
  const codes = await Promise.all([
    browsers[0]!.codeOf("revokeLink", { params: params("B") }),
    browsers[1]!.codeOf("revokeLink", { params: params("A") }),
  ]);
  expect(codes.filter((code) => code === "ok")).toHaveLength(1);
  expect(codes.filter((code) => code === "conflict" || code === "unauthorised")).toHaveLength(1);
  const left = await server.db.accessToken.count({ where: { eventId: event.id, revokedAt: null } });
  expect(left).toBe(1);
});
