import { expect, test } from "vitest";
import { findDifferences } from "../../../scripts/setup/npm-packages.mjs";

const here = { os: [process.platform], cpu: [process.arch] };
const elsewhere = { os: ["haiku"], cpu: [process.arch] };

test("what is installed as locked needs no install", () => {
  const locked = {
    "": { name: "root" },
    "node_modules/a": { version: "1.0.0", integrity: "x" },
    "node_modules/b-elsewhere": { version: "1.0.0", optional: true, ...elsewhere },
  };
  const installed = { "node_modules/a": { version: "1.0.0", integrity: "x" } };
  expect(findDifferences(locked, installed)).toEqual([]);
});

test("missing, changed and this platform's optional packages are found", () => {
  const locked = {
    "node_modules/changed": { version: "2.0.0" },
    "node_modules/missing": { version: "1.0.0" },
    "node_modules/tampered": { version: "1.0.0", integrity: "x" },
    "node_modules/binary-here": { version: "1.0.0", optional: true, ...here },
    "node_modules/libc-unknown": { version: "1.0.0", optional: true, libc: ["musl"], ...here },
  };
  const installed = {
    "node_modules/changed": { version: "1.0.0" },
    "node_modules/tampered": { version: "1.0.0", integrity: "y" },
  };
  expect(findDifferences(locked, installed)).toEqual([
    "node_modules/changed",
    "node_modules/missing",
    "node_modules/tampered",
    "node_modules/binary-here",
  ]);
});
