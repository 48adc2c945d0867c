import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tabStorage } from "../../../../client/src/api/tab-storage.ts";
import { ChatSession, type ChatSocket } from "../../../../client/src/features/chat/chat-session.ts";
import { requirePeerKey } from "../../../../client/src/room/peer-key.ts";

const descriptor = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage");

/** As browsers do where all of a site's data is blocked. */
beforeEach(() => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get() {
      throw new DOMException("The operation is insecure.", "SecurityError");
    },
  });
});
afterEach(() => {
  if (descriptor) Object.defineProperty(globalThis, "sessionStorage", descriptor);
  else Reflect.deleteProperty(globalThis, "sessionStorage");
});

test("where the browser keeps nothing, what is kept lasts as long as the page", () => {
  tabStorage().setItem("a", "1");
  expect(tabStorage().getItem("a")).toBe("1");
  tabStorage().removeItem("a");
  expect(tabStorage().getItem("a")).toBeNull();
});

test("a chat opens and a room can be joined without storage", () => {
  const socket: ChatSocket = {
    request: vi.fn(async () => Promise.reject(new Error("away"))),
    on: () => () => {},
    onConnected: () => () => {},
  };
  const session = new ChatSession(socket, { kind: "stage", stageId: "s" });
  expect(session.send("hei", null)).toBe(true);
  session.close();
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([]);
  expect(requirePeerKey()).toBe(requirePeerKey());
});
