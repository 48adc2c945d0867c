import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError } from "../../../../client/src/api/api-error.ts";
import { ChatSession, type ChatSocket } from "../../../../client/src/features/chat/chat-session.ts";
import type { ChatEntry } from "../../../../server/contract/chat.ts";
import type { ErrorCode } from "../../../../server/contract/errors.ts";

const STAGE = "00000000-0000-4000-8000-000000000001";
const CHAT = `stage:${STAGE}`;

/** A chat server in small: keeps the log, can be away, refuse, or lose an acknowledgement. */
class FakeServer {
  log: ChatEntry[] = [];
  isAway = false;
  refusals: (ErrorCode | null)[] = [];
  losesAcks = false;
  requests: string[] = [];
  readonly #posted = new Set<(notice: { chatId: string; entries: ChatEntry[] }) => void>();
  readonly #connected = new Set<() => void>();

  readonly socket: ChatSocket = {
    request: (async (name: string, data: Record<string, unknown>) => {
      this.requests.push(name);
      await Promise.resolve();
      if (this.isAway) throw new ApiError({ code: "timeout", message: "away" });
      return this.#answer(name, data);
    }) as ChatSocket["request"],
    on: ((_: string, handler: (notice: { chatId: string; entries: ChatEntry[] }) => void) => {
      this.#posted.add(handler);
      return () => this.#posted.delete(handler);
    }) as ChatSocket["on"],
    onConnected: (handler) => {
      this.#connected.add(handler);
      handler();
      return () => this.#connected.delete(handler);
    },
  };

  reconnect(isAway = false): void {
    this.isAway = isAway;
    for (const handler of this.#connected) handler();
  }

  post(text: string, messageId = crypto.randomUUID() as string, isTold = true): ChatEntry {
    const entry: ChatEntry = {
      kind: "message",
      seq: this.log.length + 1,
      messageId,
      author: { nickname: null, role: "attendee", tag: "t" },
      text,
      sentAt: "2026-11-22T08:00:00.000Z",
    };
    this.log.push(entry);
    if (isTold) for (const handler of this.#posted) handler({ chatId: CHAT, entries: [entry] });
    return entry;
  }

  tell(entries: ChatEntry[]): void {
    for (const handler of this.#posted) handler({ chatId: CHAT, entries });
  }

  #answer(name: string, data: Record<string, unknown>): unknown {
    if (name === "chat:join") {
      const after = data.afterSeq as number | null;
      return {
        chatId: CHAT,
        entries: this.log.filter((entry) => entry.seq > (after ?? 0)),
        lastSeq: this.log.length,
        hasMore: false,
        canModerate: false,
        ownTag: "t",
      };
    }
    if (name === "chat:send") {
      const refusal = this.refusals.shift();
      if (refusal) throw new ApiError({ code: refusal, message: "refused", retryAfterMs: 50 });
      const known = this.log.find((entry) => entry.messageId === data.messageId);
      const entry = known ?? this.post(data.text as string, data.messageId as string, false);
      if (this.losesAcks) throw new ApiError({ code: "timeout", message: "lost" });
      return { entry };
    }
    return {};
  }
}

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  } as unknown as Storage;
}

const texts = (chat: ChatSession) => chat.getSnapshot().log.messages.map((one) => one.text);

describe("a chat", () => {
  let server: FakeServer;
  let storage: Storage;
  const opened: ChatSession[] = [];
  const open = () => {
    const chat = new ChatSession(server.socket, { kind: "stage", stageId: STAGE }, storage);
    opened.push(chat);
    return chat;
  };

  beforeEach(() => {
    vi.useFakeTimers();
    server = new FakeServer();
    storage = memory();
  });
  afterEach(() => {
    for (const chat of opened.splice(0)) chat.close();
    vi.useRealTimers();
  });
  const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

  test("shows what was said before and what is said now", async () => {
    server.post("before");
    const chat = open();
    await settle();
    server.post("now");
    expect(texts(chat)).toEqual(["before", "now"]);
  });

  test("asks for what it missed when a notice leaves a gap", async () => {
    const chat = open();
    await settle();
    server.post("unheard", undefined, false);
    server.post("heard");
    await settle();
    expect(texts(chat)).toEqual(["unheard", "heard"]);
  });

  test("catches up after the connection was away", async () => {
    const chat = open();
    await settle();
    server.isAway = true;
    server.post("missed", undefined, false);
    server.reconnect();
    await settle();
    expect(texts(chat)).toEqual(["missed"]);
  });

  test("joins again after an outage even when a message failed meanwhile", async () => {
    const chat = open();
    await settle();
    server.reconnect(true);
    await settle();
    chat.send("written meanwhile", null);
    await settle();
    server.isAway = false;
    server.requests.length = 0;
    await settle(30_000);
    expect(server.requests).toContain("chat:join");
    expect(texts(chat)).toEqual(["written meanwhile"]);
  });

  test("sends in the order of writing and forgets what was acknowledged", async () => {
    const chat = open();
    await settle();
    chat.send("one", null);
    chat.send("two", null);
    await settle();
    expect(texts(chat)).toEqual(["one", "two"]);
    expect(chat.getSnapshot().unsent).toEqual([]);
  });

  test("an acknowledgement that overtakes what others wrote waits for them, without asking again", async () => {
    const chat = open();
    await settle();
    const earlier = server.post("theirs", undefined, false);
    chat.send("mine", null);
    await settle();
    expect(texts(chat)).toEqual([]);
    expect(chat.getSnapshot().unsent).toMatchObject([{ text: "mine", state: "pending" }]);
    server.tell([earlier, server.log[1]!]);
    await settle(1_000);
    expect(texts(chat)).toEqual(["theirs", "mine"]);
    expect(chat.getSnapshot().unsent).toEqual([]);
    expect(server.requests).toEqual(["chat:join", "chat:send"]);
  });

  test("when what came before it is not told, it is asked for", async () => {
    const chat = open();
    await settle();
    server.post("theirs", undefined, false);
    chat.send("mine", null);
    await settle(1_000);
    expect(texts(chat)).toEqual(["theirs", "mine"]);
    expect(chat.getSnapshot().unsent).toEqual([]);
    expect(server.requests).toEqual(["chat:join", "chat:send", "chat:join"]);
  });

  test("keeps what cannot be sent, over a reload too, and delivers it exactly once", async () => {
    const chat = open();
    await settle();
    server.isAway = true;
    chat.send("patient", null);
    await settle();
    expect(chat.getSnapshot().unsent).toMatchObject([{ text: "patient", state: "pending" }]);
    chat.close();

    server.isAway = false;
    const reloaded = open();
    await settle();
    expect(texts(reloaded)).toEqual(["patient"]);
    expect(reloaded.getSnapshot().unsent).toEqual([]);
    expect(server.log).toHaveLength(1);
  });

  test("an acknowledgement that was lost makes no double", async () => {
    const chat = open();
    await settle();
    server.losesAcks = true;
    chat.send("once", null);
    await settle();
    server.losesAcks = false;
    server.reconnect();
    await settle(20_000);
    expect(texts(chat)).toEqual(["once"]);
    expect(chat.getSnapshot().unsent).toEqual([]);
    expect(server.log).toHaveLength(1);
  });

  test("waits by itself when it is too fast, and says so meanwhile", async () => {
    const chat = open();
    await settle();
    server.refusals = ["too_many_requests"];
    chat.send("eager", null);
    await settle();
    expect(chat.getSnapshot()).toMatchObject({ isSlowedDown: true, unsent: [{ state: "pending" }] });
    await settle(60);
    expect(texts(chat)).toEqual(["eager"]);
    expect(chat.getSnapshot().isSlowedDown).toBe(false);
  });

  test("leaves a refused message to its writer and goes on with the next", async () => {
    const chat = open();
    await settle();
    server.refusals = ["bad_request"];
    chat.send("refused", null);
    chat.send("fine", null);
    await settle();
    expect(texts(chat)).toEqual(["fine"]);
    const [left] = chat.getSnapshot().unsent;
    expect(left).toMatchObject({ text: "refused", state: "failed", failure: "bad_request" });
    chat.retry(left!.messageId);
    await settle();
    expect(texts(chat)).toEqual(["fine", "refused"]);
  });

  test("asks nothing more after it was closed", async () => {
    const chat = open();
    await settle();
    server.isAway = true;
    chat.send("late", null);
    await settle();
    chat.close();
    const asked = server.requests.length;
    await settle(60_000);
    expect(server.requests.length).toBeLessThanOrEqual(asked + 1);
  });
});
