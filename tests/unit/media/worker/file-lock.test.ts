import { mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withFileLock } from "../../../../media/worker/file-lock.mjs";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "torilla-lock-"));
});
afterEach(() => rm(dir, { recursive: true }));

test("one at a time, and a later one waits and hears of it", async () => {
  const path = join(dir, "lock");
  const seen: string[] = [];
  let release = () => {};
  const held = new Promise<void>((done) => {
    release = done;
  });
  const first = withFileLock(path, async () => {
    seen.push("first in");
    await held;
    seen.push("first out");
  });
  await expect.poll(() => seen).toEqual(["first in"]);
  const second = withFileLock(
    path,
    async () => {
      seen.push("second in");
    },
    { onWait: (owner: string) => seen.push(owner.includes(String(process.pid)) ? "waits" : owner) },
  );
  await expect.poll(() => seen).toEqual(["first in", "waits"]);
  release();
  await Promise.all([first, second]);
  expect(seen).toEqual(["first in", "waits", "first out", "second in"]);
  expect(await readdir(dir)).toEqual([]);
});

test("the lock of a dead process is taken over at once", async () => {
  const path = join(dir, "lock");
  await writeFile(path, JSON.stringify({ pid: 2 ** 22 + 1, host: hostname() }));
  expect(await withFileLock(path, async () => "done")).toBe("done");
});

test("the lock of another machine is taken over when nobody touched it for half a minute", async () => {
  const path = join(dir, "lock");
  await writeFile(path, JSON.stringify({ pid: 1, host: "elsewhere.example" }));
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(path, longAgo, longAgo);
  expect(await withFileLock(path, async () => "done")).toBe("done");
});

test("a failure releases the lock", async () => {
  const path = join(dir, "lock");
  await expect(withFileLock(path, () => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await readdir(dir)).toEqual([]);
});
