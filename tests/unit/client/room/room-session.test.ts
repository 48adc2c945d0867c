/*
 * A stay in a room against a made-up media half: what comes late, twice or in another order than it was asked for.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LocalDevices } from "../../../../client/src/room/local-devices.ts";
import { RoomSession } from "../../../../client/src/room/room-session.ts";
import type { RoomSocket } from "../../../../client/src/room/room-socket.ts";
import type { ConsumerOptions } from "../../../../server/contract/rooms.ts";

interface FakeMedia {
  connectionState: string;
  receiving: { id: string; give(): void }[];
  closed: string[];
  restarts: number;
  change(state: string): void;
}
const { medias } = vi.hoisted(() => ({ medias: [] as FakeMedia[] }));

vi.mock("../../../../client/src/room/room-media.ts", () => ({
  loadDevice: async () => ({ recvRtpCapabilities: {} }),
  keptTransport: () => ({}),
  RoomMedia: class implements FakeMedia {
    connectionState = "connected";
    receiving: FakeMedia["receiving"] = [];
    closed: string[] = [];
    restarts = 0;
    readonly events: { onTransportState(state: string): void };
    constructor(_: unknown, events: { onTransportState(state: string): void }) {
      this.events = events;
      medias.push(this);
    }
    change(state: string) {
      this.connectionState = state;
      this.events.onTransportState(state);
    }
    isIn = () => false;
    receive({ id }: ConsumerOptions) {
      return new Promise((resolve) => {
        this.receiving.push({ id, give: () => resolve({ track: { of: id } }) });
      });
    }
    closeConsumer(id: string) {
      this.closed.push(id);
    }
    async restartIce() {
      this.restarts++;
    }
    async send() {}
    dropProducers() {}
    close() {}
  },
}));
vi.mock("../../../../client/src/room/page-certificate.ts", () => ({ pageCertificate: async () => ({}) }));
vi.mock("../../../../client/src/room/peer-key.ts", () => ({ requirePeerKey: () => "key" }));

const peer = (peerId: string) => ({
  peerId,
  displayName: peerId,
  role: "speaker",
  isConnected: true,
  isInProgramme: true,
  isAskingToSpeak: false,
  speakRight: "picture",
});
const camera = (isProducerPaused = false) =>
  ({ id: "c", producerId: "p", peerId: "maija", kind: "video", source: "camera", isProducerPaused }) as never;

let notices: Map<string, (data: never) => void>;
let setConnected: (isConnected: boolean) => void;
let joins: number;
let session: RoomSession;
const tell = (name: string, data: object) =>
  notices.get(name)!({ roomId: "backstage:stage", ...data } as never);
/** All that was promised has been done. */
const settle = () => vi.advanceTimersByTimeAsync(0);
const maija = () => session.getSnapshot().peers[0]!;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  medias.length = 0;
  notices = new Map();
  joins = 0;
  const socket = {
    async request(name: string) {
      if (name !== "room:join") return {};
      joins++;
      return {
        roomId: "backstage:stage",
        peerId: "own",
        self: peer("own"),
        peers: [peer("maija")],
        consumers: [],
        speakRight: "picture",
        silentVisitorCount: 0,
        receiveTransport: { id: `transport-${joins}` },
      };
    },
    on(name: string, listener: (data: never) => void) {
      notices.set(name, listener);
      return () => notices.delete(name);
    },
    onConnection(listener: (isConnected: boolean) => void) {
      setConnected = listener;
      listener(true);
      return () => {};
    },
  } as unknown as RoomSocket;
  const off = { track: null, isMuted: false };
  const devices = {
    onTrack: () => () => {},
    getSnapshot: () => ({ microphone: off, camera: off, screen: off }),
  } as unknown as LocalDevices;
  session = new RoomSession({
    room: { kind: "backstage", stageId: "stage" },
    displayName: "A",
    socket,
    devices,
  });
  await settle();
  expect(session.getSnapshot().status.kind).toBe("joined");
});
afterEach(() => {
  session.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test("a picture that is turned on while the browser still makes it is shown", async () => {
  tell("room:consumerOpened", { consumer: camera(true) });
  tell("room:consumerPaused", { consumerId: "c", isPaused: false });
  medias[0]!.receiving[0]!.give();
  await settle();
  expect(maija()).toMatchObject({ camera: { of: "c" }, isCameraMuted: false });
});

test("a picture that is closed while the browser still makes it does not stay as a dead one", async () => {
  tell("room:consumerOpened", { consumer: camera() });
  tell("room:consumerClosed", { consumerId: "c" });
  medias[0]!.receiving[0]!.give();
  await settle();
  expect(maija().camera).toBeNull();
  expect(medias[0]!.closed.at(-1)).toBe("c");
});

test("a picture that is told of twice is made once", async () => {
  tell("room:consumerOpened", { consumer: camera() });
  tell("room:consumerOpened", { consumer: camera() });
  expect(medias[0]!.receiving).toHaveLength(1);
});

test("what one way recovers does not call off the new stay that the other one's failure asked for", async () => {
  medias[0]!.change("failed");
  medias[0]!.change("connected");
  expect(session.getSnapshot().status.kind).toBe("reconnecting");
  await vi.advanceTimersByTimeAsync(500);
  expect(joins).toBe(2);
  expect(session.getSnapshot().status.kind).toBe("joined");
});

test("media that flow again do not hide that the server is away", async () => {
  medias[0]!.change("disconnected");
  setConnected(false);
  medias[0]!.change("connected");
  expect(session.getSnapshot().status.kind).toBe("reconnecting");
});

test("a way that stays disconnected gets an ICE restart", async () => {
  medias[0]!.change("disconnected");
  await vi.advanceTimersByTimeAsync(2_500);
  expect(medias[0]!.restarts).toBe(1);
});

test("who was removed has no right to send any more", async () => {
  expect(session.getSnapshot().speakRight).toBe("picture");
  tell("room:closed", { reason: "removed" });
  expect(session.getSnapshot()).toMatchObject({
    status: { kind: "closed", reason: "removed" },
    speakRight: "none",
  });
});
