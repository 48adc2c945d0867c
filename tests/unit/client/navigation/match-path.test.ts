import { expect, test } from "vitest";
import { matchPath } from "../../../../client/src/navigation/match-path.ts";

test.each([
  ["/", "/", {}],
  ["/e/:event", "/e/messut", { event: "messut" }],
  ["/e/:event", "/e/messut/", { event: "messut" }],
  ["/e/:event/stage/:stage", "/e/a/stage/b", { event: "a", stage: "b" }],
  ["/e/:event", "/e/%C3%A4", { event: "ä" }],
  ["/e/:event", "/e/%", null],
  ["/e/:event", "/e/", null],
  ["/e/:event", "/e/a/b", null],
  ["/e/:event/schedule", "/e/a/manage", null],
])("%s at %s", (pattern, pathname, params) => {
  expect(matchPath(pattern, pathname)).toEqual(params);
});
