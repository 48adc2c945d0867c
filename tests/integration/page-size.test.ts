import { expect, test } from "vitest";
import { packedBytes, stagePageScripts } from "../support/page-size.ts";

/** Packed JavaScript that an attendee's page may need before the first picture, of the build that is handed out. */
const MAX_BYTES = 105_000;

test("a live stage's page needs no more JavaScript before its first picture than it may", () => {
  const sizes = stagePageScripts().map((file) => ({ file, bytes: packedBytes(file) }));
  const sum = sizes.reduce((bytes, one) => bytes + one.bytes, 0);
  console.log(`${(sum / 1000).toFixed(1)} kB in ${sizes.length} scripts`);
  expect(sizes.length).toBeGreaterThan(5);
  expect(sum, JSON.stringify(sizes, null, 1)).toBeLessThanOrEqual(MAX_BYTES);
});
