import { expect, test } from "vitest";
import { describeResult, type FaultResult, joinResults, loadOf } from "../../support/chaos/chaos-results.ts";
import { type Audience, breaches, defineFault } from "../../support/chaos/fault.ts";

const fault = defineFault({
  name: "made-up",
  title: "made up",
  bounds: {
    back: { what: "back", unit: "s", atMost: 5 },
    looks: { what: "looks", unit: "", atLeast: 8 },
    page: { what: "page", unit: "s", atMost: 5, at: "pages" },
    told: { what: "told", unit: "" },
  },
  strike: async () => ({ back: 0, looks: 0, page: 0, told: 0 }),
});
const everybody: ReadonlySet<Audience> = new Set();
const good = { back: 5, looks: 8, page: 1, told: 1 };

test.each([
  ["nothing", good, []],
  ["what is over", { ...good, back: 5.01 }, ["back: 5.01 s > 5"]],
  ["what never came", { ...good, back: Number.POSITIVE_INFINITY }, ["back: Infinity s > 5"]],
  ["what is under", { ...good, looks: 7 }, ["looks: 7 < 8"]],
  ["what was not measured", { ...good, back: Number.NaN }, ["back: not measured"]],
  ["what is missing", { back: 5, looks: 8, told: 1 }, ["page: not measured"]],
  ["not what is only told", { ...good, told: Number.NaN }, []],
])("a run breaks its bounds by %s", (_name, figures, wanted) => {
  expect(breaches(fault, figures, { lacks: everybody })).toEqual(wanted);
});

test("a page's figure may be missing only where the load has no pages", () => {
  const figures = { ...good, page: Number.NaN };
  expect(breaches(fault, figures, { lacks: new Set(["pages"]) })).toEqual([]);
  expect(breaches(fault, figures, { lacks: new Set(["screens"]) })).toEqual(["page: not measured"]);
});

test("runs of one fault and load are joined, failed ones among them, and told apart by their load", () => {
  const { name, title, bounds } = fault;
  const run = (load: FaultResult["load"], faults: string[]): FaultResult => ({
    name,
    title,
    load,
    bounds,
    runs: [{ figures: good, faults }],
    compared: { notes: 2, messages: 1 },
    measuredAt: "2026-11-22T00:00:00.000Z",
  });
  const [clients, own] = joinResults([
    run("clients", []),
    run("own", []),
    run("clients", ["back: 6.00 s > 5"]),
  ]);
  expect(clients).toMatchObject({ load: "clients", compared: { notes: 4, messages: 2 } });
  expect(clients!.runs.map(({ faults }) => faults.length)).toEqual([0, 1]);
  expect(describeResult(clients!)).toContain("1 of 2 passed");
  expect(describeResult(clients!)).toContain("run 2: back: 6.00 s > 5");
  expect(own!.runs).toHaveLength(1);
});

test("a fault with a ground of its own is filed under it, with and without browsers", () => {
  const grounded = { ...fault, ground: () => Promise.reject(new Error("not made here")) };
  expect([loadOf(grounded, true), loadOf(grounded, false)]).toEqual(["own", "own"]);
  expect([loadOf(fault, true), loadOf(fault, false)]).toEqual(["browsers", "clients"]);
});
