import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { EmbeddedPostgres } from "../../server/platform/postgres/embedded-postgres.ts";
import { waitUntilGone } from "../support/launched.ts";
import { waitFor } from "../support/wait-for.ts";

let dataDir: string;
let postgres: EmbeddedPostgres | null = null;
const folders: string[] = [];

function makeFolder(name = "data"): string {
  const parent = mkdtempSync(join(tmpdir(), "torilla-pg-"));
  chmodSync(parent, 0o711);
  folders.push(parent);
  return join(parent, name);
}

async function start(folder = dataDir): Promise<EmbeddedPostgres> {
  postgres = await EmbeddedPostgres.start({ dataDir: folder, log: () => {} });
  return postgres;
}

async function query(url: string, sql: string): Promise<pg.QueryResultRow[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(() => {
  dataDir = makeFolder();
});
afterEach(async () => {
  await postgres?.stop();
  postgres = null;
});
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it("starts from nothing, in UTC, with checksums, durable, and keeps its data over a stop", async () => {
  const first = await start();
  const [row] = await query(
    first.url,
    "SELECT current_setting('TimeZone') z, current_setting('data_checksums') c, current_setting('fsync') f",
  );
  expect(row).toEqual({ z: "UTC", c: "on", f: "on" });
  await query(first.url, "CREATE TABLE kept AS SELECT 7 AS n");
  await first.stop();
  await waitUntilGone([first.pid]);
  const second = await start();
  expect(second.url).toBe(first.url);
  expect(await query(second.url, "SELECT n FROM kept")).toEqual([{ n: 7 }]);
});

it("lets nobody in without the password, over TCP, or through the folder", async () => {
  const { url } = await start();
  const withoutPassword = new URL(url);
  withoutPassword.password = "wrong";
  await expect(query(withoutPassword.href, "SELECT 1")).rejects.toMatchObject({ code: "28P01" });
  expect((await query(url, "SHOW listen_addresses"))[0]).toEqual({ listen_addresses: "" });
  for (const folder of ["pg", "pg/cluster", "pg/socket", "run"])
    expect(statSync(join(dataDir, folder)).mode & 0o777).toBe(0o700);
  expect(statSync(join(dataDir, "run/postgres-password")).mode & 0o777).toBe(0o600);
});

it("refuses a second owner of the data folder with one sentence", async () => {
  await start();
  await expect(EmbeddedPostgres.start({ dataDir, log: () => {} })).rejects.toThrow(
    `The database in ${dataDir} is already in use by process ${process.pid}.`,
  );
});

it("tells of an end that nobody asked for, and starts again with all that was committed", async () => {
  const first = await start();
  await query(first.url, "CREATE TABLE survived AS SELECT 1 AS n");
  const reasons: string[] = [];
  first.onExit((reason) => reasons.push(reason));
  process.kill(first.pid, "SIGKILL");
  await waitFor(() => reasons.length > 0);
  expect(reasons).toEqual(["SIGKILL"]);
  const second = await start();
  expect(await query(second.url, "SELECT n FROM survived")).toEqual([{ n: 1 }]);
});

it("says nothing of an end that was asked for", async () => {
  const one = await start();
  const reasons: string[] = [];
  one.onExit((reason) => reasons.push(reason));
  await one.stop();
  await one.stop();
  expect(reasons).toEqual([]);
});

it.each([
  ["of a process that is no more", "4194300"],
  ["of another program", String(process.pid)],
  ["that is garbage", "x"],
])("starts over a pid file %s", async (_what, pid) => {
  await (await start()).stop();
  writeFileSync(join(dataDir, "pg/cluster/postmaster.pid"), `${pid}\n${dataDir}/pg/cluster\n`);
  await start();
});

it("begins anew when it was killed while making the cluster", async () => {
  const folder = makeFolder();
  mkdirSync(join(folder, "pg/cluster.new"), { recursive: true });
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, "pg/cluster.new/half"), "made");
  await start(folder);
  expect(existsSync(join(folder, "pg/cluster.new"))).toBe(false);
});

it("works in a folder with a long name, and with spaces, commas and umlauts", async () => {
  const { url } = await start(makeFolder(`järjestömessut, ${"pitkä".repeat(20)} nimi`));
  expect(await query(url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
});

it.runIf(process.getuid?.() === 0)("never runs as root, also where only root may enter", async () => {
  const folder = makeFolder();
  chmodSync(join(folder, ".."), 0o700);
  const { pid, url } = await start(folder);
  expect(await query(url, "SELECT 1 AS n")).toEqual([{ n: 1 }]);
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  expect(Number(/^Uid:\s+(\d+)/m.exec(status)?.[1])).toBeGreaterThan(0);
  await postgres?.stop();
  rmSync(await import("node:fs").then((fs) => fs.realpathSync(join(folder, "pg"))), { recursive: true });
});
