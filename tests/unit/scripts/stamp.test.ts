import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { hashFiles, isStamped, writeStamp } from "../../../scripts/setup/stamp.mjs";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "torilla-stamp-"));
  await mkdir(join(root, "client", "dist"), { recursive: true });
  await writeFile(join(root, "client", "main.ts"), "one");
});
afterEach(() => rm(root, { recursive: true }));

test("the hash follows contents and names, not what is ignored or missing", async () => {
  const hash = () => hashFiles(root, ["client", "nowhere"], { ignored: ["dist"] });
  const before = await hash();
  await writeFile(join(root, "client", "dist", "out.js"), "built");
  expect(await hash()).toBe(before);
  await writeFile(join(root, "client", "main.ts"), "two");
  const changed = await hash();
  expect(changed).not.toBe(before);
  await writeFile(join(root, "client", "new.ts"), "");
  expect(await hash()).not.toBe(changed);
});

test("a step is up to date with the hash it was stamped with, and only with that", async () => {
  expect(await isStamped(root, "step", "abc")).toBe(false);
  await writeStamp(root, "step", "abc");
  expect(await isStamped(root, "step", "abc")).toBe(true);
  expect(await isStamped(root, "step", "abd")).toBe(false);
});
