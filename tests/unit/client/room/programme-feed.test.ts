/* The host's monitor against a made-up media half: it shows the programme, or that there is none. */
import { expect, test, vi } from "vitest";
import { ProgrammeFeed } from "../../../../client/src/room/programme-feed.ts";
import type { RoomSocket } from "../../../../client/src/room/room-socket.ts";

const { closed } = vi.hoisted(() => ({ closed: [] as string[] }));
vi.mock("../../../../client/src/room/room-media.ts", () => ({
  loadDevice: async () => ({ recvRtpCapabilities: {} }),
  keptTransport: () => ({}),
  RoomMedia: class {
    isIn = () => false;
    receive = async ({ id }: { id: string }) => ({ track: id });
    closeConsumer = (id: string) => closed.push(id);
    close() {}
  },
}));
vi.mock("../../../../client/src/room/page-certificate.ts", () => ({ pageCertificate: async () => ({}) }));
vi.mock("../../../../client/src/room/peer-key.ts", () => ({ requirePeerKey: () => "key" }));

test("shows no picture any more when the programme's is closed or the room goes, and the next one when it comes", async () => {
  const notices = new Map<string, (data: never) => void>();
  const tell = (name: string, data: object) =>
    notices.get(name)!({ roomId: "audience:stage", ...data } as never);
  const socket = {
    request: async () => ({ consumers: [{ id: "first", kind: "video" }] }),
    on(name: string, listener: (data: never) => void) {
      notices.set(name, listener);
      return () => notices.delete(name);
    },
    onConnection(listener: (isConnected: boolean) => void) {
      listener(true);
      return () => {};
    },
  } as unknown as RoomSocket;
  let shown: unknown = null;
  const feed = new ProgrammeFeed(socket, "stage", (track) => {
    shown = track;
  });
  await vi.waitFor(() => expect(shown).toBe("first"));
  tell("room:consumerOpened", { consumer: { id: "second", kind: "video" } });
  await vi.waitFor(() => expect(shown).toBe("second"));
  tell("room:consumerClosed", { consumerId: "first" });
  expect([shown, closed]).toEqual(["second", ["first"]]);
  tell("room:consumerClosed", { consumerId: "second" });
  expect(shown).toBeNull();
  tell("room:consumerOpened", { consumer: { id: "third", kind: "video" } });
  await vi.waitFor(() => expect(shown).toBe("third"));
  tell("room:closed", { reason: "media_restarted" });
  expect(shown).toBeNull();
  feed.close();
});
