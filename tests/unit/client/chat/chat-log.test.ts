import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  appendEntries,
  emptyLog,
  openLog,
  prependEntries,
} from "../../../../client/src/features/chat/chat-log.ts";
import type { ChatEntry } from "../../../../server/contract/chat.ts";

const idOf = (seq: number) => `00000000-0000-4000-8000-${String(seq).padStart(12, "0")}`;
const message = (seq: number): ChatEntry => ({
  kind: "message",
  seq,
  messageId: idOf(seq),
  author: { nickname: null, role: "attendee", tag: "t" },
  text: `message ${seq}`,
  sentAt: "2026-11-22T08:00:00.000Z",
});
const deletion = (seq: number, of: number): ChatEntry => ({ kind: "deleted", seq, messageId: idOf(of) });
const seqs = (log: { messages: readonly { seq: number }[] }) => log.messages.map((one) => one.seq);

describe("the chat's log", () => {
  test("opens with the newest page", () => {
    const log = openLog([message(5), message(4)], 5, true);
    expect(seqs(log)).toEqual([4, 5]);
    expect(log).toMatchObject({ lastSeq: 5, firstSeq: 4, hasOlder: true });
  });

  test("passes over what it has", () => {
    const log = openLog([message(1), message(2)], 2, false);
    const again = appendEntries(log, [message(2), message(1)]);
    expect(again).toEqual({ log, hasGap: false });
    expect(again.log).toBe(log);
  });

  test("takes nothing beyond a gap, and says that there is one", () => {
    const log = openLog([message(1)], 1, false);
    const { log: after, hasGap } = appendEntries(log, [message(2), message(4)]);
    expect(seqs(after)).toEqual([1, 2]);
    expect(hasGap).toBe(true);
    expect(seqs(appendEntries(after, [message(3), message(4)]).log)).toEqual([1, 2, 3, 4]);
  });

  test("takes a deleted message's text away and keeps its place", () => {
    const log = openLog([message(1), message(2)], 2, false);
    const after = appendEntries(log, [deletion(3, 1)]).log;
    expect(after.messages[0]).toMatchObject({ seq: 1, isDeleted: true, text: "" });
    expect(after.lastSeq).toBe(3);
  });

  test("knows of a deletion before the page with its message is read", () => {
    const log = openLog([deletion(3, 1)], 3, true);
    const after = prependEntries(log, [message(1), message(2)], false);
    expect(after.messages.map((one) => one.isDeleted)).toEqual([true, false]);
    expect(after).toMatchObject({ firstSeq: 1, hasOlder: false });
  });

  test("lets go of the oldest when it grows long, and can read them again", () => {
    const entries = Array.from({ length: 450 }, (_, at) => message(at + 1));
    const log = appendEntries(openLog([], 0, false), entries).log;
    expect(log.messages).toHaveLength(400);
    expect(log).toMatchObject({ hasOlder: true, firstSeq: 51 });
  });

  test("lets nothing go above who reads further up, and does once they are back", () => {
    const page = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => message(from + at));
    const read = prependEntries(openLog(page(401, 801), 800, true), page(301, 401), true);
    const reading = appendEntries(read, page(801, 900), { isReading: true }).log;
    expect(seqs(reading)).toEqual(Array.from({ length: 599 }, (_, at) => 301 + at));
    const back = appendEntries(reading, [message(900)]).log;
    expect(back).toMatchObject({ hasOlder: true, firstSeq: 501 });
    expect(appendEntries(reading, page(900, 6000), { isReading: true }).log.messages).toHaveLength(4000);
  });
});

test("whatever order and repeats entries arrive in, the log is in order, without holes or doubles", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 8 }), { maxLength: 40 }),
      (batches) => {
        let log = emptyLog;
        for (const batch of batches) log = appendEntries(log, batch.map(message)).log;
        const shown = seqs(log);
        expect(shown).toEqual(Array.from({ length: log.lastSeq }, (_, at) => at + 1));
      },
    ),
  );
});
