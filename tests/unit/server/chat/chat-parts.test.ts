import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import type { ChatEntry } from "../../../../server/contract/chat.ts";
import { applyOperations, type ChatOperation } from "../../../../server/features/chat/apply-operations.ts";
import { ChatFanOut, FAN_OUT_MS } from "../../../../server/features/chat/chat-fan-out.ts";
import { CHAT_LANES, laneOf } from "../../../../server/features/chat/chat-lane.ts";
import { ChatTail } from "../../../../server/features/chat/chat-tail.ts";
import { cleanText } from "../../../../server/platform/clean-text.ts";

const now = new Date("2026-11-22T09:00:00Z");
const message = (seq: number): ChatEntry => ({
  kind: "message",
  seq,
  messageId: `m${seq}`,
  author: { nickname: null, role: "attendee", tag: "t" },
  text: `viesti ${seq}`,
  sentAt: now.toISOString(),
});
const upTo = (count: number) => Array.from({ length: count }, (_none, index) => message(index + 1));

const operation = fc.oneof(
  fc.record({
    kind: fc.constant("post" as const),
    messageId: fc.constantFrom("a", "b", "c", "d"),
    text: fc.string({ minLength: 1 }),
    nickname: fc.constant(null),
    role: fc.constant("attendee" as const),
    authorTag: fc.constantFrom("one", "two"),
  }),
  fc.record({ kind: fc.constant("delete" as const), messageId: fc.constantFrom("a", "b", "c", "d", "e") }),
);

test("whatever a batch holds, its rows follow without gaps and repeats add nothing", () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 30 }),
      fc.nat(1000),
      (operations: ChatOperation[], lastSeq) => {
        const first = applyOperations({ chatId: "c", operations, existing: [], lastSeq, now });
        expect(first.outcomes).toHaveLength(operations.length);
        expect(first.added.map((row) => row.seq)).toEqual(
          first.added.map((_row, index) => lastSeq + index + 1),
        );
        const again = applyOperations({
          chatId: "c",
          operations,
          existing: first.added,
          lastSeq: lastSeq + first.added.length,
          now,
        });
        const unknown = (seq: number) => seq > lastSeq + first.added.length;
        const deletedLater = again.added.filter((row) => !row.isDeletion);
        expect(deletedLater).toEqual([]);
        for (const outcome of again.outcomes)
          if ("entry" in outcome && outcome.entry.kind === "message")
            expect(unknown(outcome.entry.seq)).toBe(false);
      },
    ),
  );
});

test("a message deleted in the same batch keeps its place and loses its text", () => {
  const post = {
    kind: "post",
    messageId: "a",
    text: "secret",
    nickname: "N",
    role: "attendee",
    authorTag: "t",
  } as const;
  const { added, outcomes } = applyOperations({
    chatId: "c",
    operations: [post, { kind: "delete", messageId: "a" }, post],
    existing: [],
    lastSeq: 0,
    now,
  });
  expect(added.map((row) => [row.seq, row.text, row.isDeletion])).toEqual([
    [1, null, false],
    [2, null, true],
  ]);
  expect(outcomes[2]).toEqual({ entry: { kind: "deleted", seq: 1, messageId: "a" } });
});

test("the tail answers pages like the whole log", () => {
  fc.assert(
    fc.property(fc.nat(450), fc.nat(500), (count, afterSeq) => {
      const tail = new ChatTail([]);
      for (const entry of upTo(count)) tail.append([entry]);
      expect(tail.lastSeq).toBe(count);
      const page = tail.after(afterSeq);
      if (page === null) return;
      const expected = upTo(count).filter((entry) => entry.seq > afterSeq);
      expect(page.entries).toEqual(expected.slice(0, 100));
      expect(page.hasMore).toBe(expected.length > 100);
    }),
  );
});

test("the tail takes no gap, and a deletion takes the text out of it", () => {
  const tail = new ChatTail(upTo(3));
  expect(() => tail.append([message(5)])).toThrow();
  tail.append([{ kind: "deleted", seq: 4, messageId: "m2" }]);
  expect(tail.newest().entries[1]).toEqual({ kind: "deleted", seq: 2, messageId: "m2" });
});

test("a quiet chat is told at once, a busy one once an interval, its lanes out of step", () => {
  vi.useFakeTimers();
  const sent: { lane: number; atMs: number; seqs: number[] }[] = [];
  const startMs = performance.now();
  const fanOut = new ChatFanOut((lane, entries) =>
    sent.push({ lane, atMs: performance.now() - startMs, seqs: entries.map(({ seq }) => seq) }),
  );
  for (let seq = 1; seq <= 60; seq += 1) {
    fanOut.post([message(seq)]);
    vi.advanceTimersByTime(5);
  }
  vi.advanceTimersByTime(FAN_OUT_MS);
  expect(fanOut.isIdle).toBe(true);
  fanOut.close();
  vi.useRealTimers();
  for (let lane = 0; lane < CHAT_LANES; lane += 1) {
    const own = sent.filter((one) => one.lane === lane);
    expect(own.flatMap(({ seqs }) => seqs)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(own[0]).toMatchObject({ seqs: [1] });
    expect(own[0]?.atMs).toBeLessThan(5);
    for (const [index, { atMs }] of own.entries())
      if (index > 1) expect(atMs - own[index - 1]!.atMs).toBeGreaterThanOrEqual(FAN_OUT_MS);
    // The first at once, the second after the rest of its lane, then one an interval until all is told.
    expect(own.length).toBeLessThanOrEqual(2 + Math.floor((60 * 5 + FAN_OUT_MS) / FAN_OUT_MS) - 1);
  }
  expect(new Set(sent.filter(({ seqs }) => seqs[0] !== 1).map(({ atMs }) => atMs)).size).toBeGreaterThan(
    CHAT_LANES,
  );
});

test("sockets are spread evenly over a chat's lanes", () => {
  const counts = Array.from({ length: CHAT_LANES }, () => 0);
  for (let one = 0; one < 1_000; one += 1) counts[laneOf(randomBytes(15).toString("base64url"))]! += 1;
  for (const count of counts) expect(count).toBeGreaterThan(150);
});

test("text is composed, trimmed and free of what cannot be seen or kept", () => {
  expect(cleanText("  a\u0308 \u0000\u202e ")).toBe("ä");
  expect(cleanText("rivi\ntoinen\t!")).toBe("rivi\ntoinen\t!");
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const clean = cleanText(text);
      expect([...clean].every((one) => one >= " " || "\n\r\t".includes(one))).toBe(true);
      expect(clean.isWellFormed()).toBe(true);
      expect(cleanText(clean)).toBe(clean);
    }),
  );
});
