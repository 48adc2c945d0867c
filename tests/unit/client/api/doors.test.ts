import { expect, test } from "vitest";
import { contractVersion, doors } from "../../../../client/src/api/doors.ts";
import { fillPath } from "../../../../client/src/api/http.ts";
import { httpDoors } from "../../../../server/contract/http.ts";
import { CONTRACT_VERSION } from "../../../../server/contract/realtime.ts";

test("the page knows the contract's doors and no others", () => {
  const expected = Object.fromEntries(
    Object.entries(httpDoors).map(([name, { method, path }]) => [name, { method, path }]),
  );
  expect(doors).toEqual(expected);
  expect(contractVersion).toBe(CONTRACT_VERSION);
});

test("parameters of a path are escaped", () => {
  expect(fillPath("/events/:event/stages/:stage", { event: "a b", stage: "../x" })).toBe(
    "/events/a%20b/stages/..%2Fx",
  );
});
