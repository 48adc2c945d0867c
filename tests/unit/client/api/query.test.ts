import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../../../../client/src/api/api-error.ts";
import { type Query, queries } from "../../../../client/src/api/query.ts";
import { pageErrorOf } from "../../../../client/src/api/use-query.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  queries.clear();
  vi.useRealTimers();
});

let keys = 0;
function queryOf(read: Query<string>["read"]): Query<string> {
  return { key: ["test", String(++keys)], read };
}

test("asks once for all who want it at the same time, and again when it is old", async () => {
  const read = vi.fn(async () => "one");
  const query = queryOf(read);
  await Promise.all([queries.prepare(query), queries.prepare(query)]);
  expect(await queries.prepare(query)).toBe("one");
  expect(read).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(15_000);
  await queries.prepare(query);
  expect(read).toHaveBeenCalledTimes(2);
});

test("tries again what may pass, and keeps what is shown", async () => {
  const read = vi.fn(async () => "there");
  read.mockRejectedValueOnce(new ApiError({ code: "timeout", message: "" }));
  const query = queryOf(read);
  const asked = queries.prepare(query);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await asked).toBe("there");
  expect(queries.entryOf(query).store.getSnapshot().error).toBeNull();
});

test("gives up at once on what will not pass", async () => {
  const read = vi.fn(async () => Promise.reject(new ApiError({ code: "not_found", message: "" })));
  const query = queryOf(read);
  expect(await queries.prepare(query)).toBeUndefined();
  expect(read).toHaveBeenCalledTimes(1);
  expect(queries.entryOf(query).store.getSnapshot().error).toMatchObject({ code: "not_found" });
});

test("an answer that was on its way when something changed is not shown", async () => {
  const answers: ((text: string) => void)[] = [];
  const query = queryOf(() => new Promise((resolve) => answers.push(resolve)));
  const first = queries.prepare(query);
  const again = queries.invalidate(query);
  answers[0]!("old");
  await first;
  expect(queries.find(query)).toBeUndefined();
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]!("new");
  await again;
  expect(queries.find(query)).toBe("new");
});

test("a notice changes what is known, and makes nothing of what is not", async () => {
  const query = queryOf(async () => "a");
  queries.change(query, (shown) => `${shown}b`);
  expect(queries.find(query)).toBeUndefined();
  await queries.prepare(query);
  queries.change(query, (shown) => `${shown}b`);
  expect(queries.find(query)).toBe("ab");
});

test("asks anew at once when told to, though it rests after a failure", async () => {
  const read = vi.fn(async () => "there");
  read.mockRejectedValueOnce(new ApiError({ code: "database_unavailable", message: "" }));
  const query = queryOf(read);
  void queries.prepare(query);
  await vi.advanceTimersByTimeAsync(1);
  await queries.invalidate(query);
  expect(queries.find(query)).toBe("there");
  expect(read).toHaveBeenCalledTimes(2);
});

test("an answer is old soon after the clock was set back, too", async () => {
  const read = vi.fn(async () => "one");
  const query = queryOf(read);
  await queries.prepare(query);
  vi.setSystemTime(Date.now() - 3_600_000);
  await queries.prepare(query);
  expect(read).toHaveBeenCalledTimes(2);
});

test("an answer that is older than what a notice told does not take its place", async () => {
  const answers: ((entry: { seq: number }) => void)[] = [];
  const query: Query<{ seq: number }> = {
    key: ["test", String(++keys)],
    read: () => new Promise((resolve) => answers.push(resolve)),
    merge: (shown, answered) => (shown.seq > answered.seq ? shown : answered),
  };
  const first = queries.prepare(query);
  answers[0]!({ seq: 1 });
  await first;
  const again = queries.invalidate(query);
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  queries.change(query, () => ({ seq: 3 }));
  answers[1]!({ seq: 2 });
  await again;
  expect(queries.find(query)).toEqual({ seq: 3 });
});

test("only what is over for good stands in the place of a page that is shown", () => {
  const passing = new ApiError({ code: "database_unavailable", message: "" });
  const final = new ApiError({ code: "forbidden", message: "" });
  expect(pageErrorOf({ data: undefined, error: null })).toBeNull();
  expect(pageErrorOf({ data: undefined, error: passing })).toBe(passing);
  expect(pageErrorOf({ data: {}, error: passing })).toBeNull();
  expect(pageErrorOf({ data: {}, error: final })).toBe(final);
  expect(pageErrorOf({ data: {}, error: null })).toBeNull();
});
