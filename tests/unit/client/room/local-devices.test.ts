/*
 * Camera and microphone as browsers give them: late, after a question, or not at all. Nothing may be on that nobody
 * wants any more.
 */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LocalDevices } from "../../../../client/src/room/local-devices.ts";

class Track extends EventTarget {
  readyState = "live";
  enabled = true;
  readonly deviceId: string;
  constructor(deviceId: string) {
    super();
    this.deviceId = deviceId;
  }
  getSettings() {
    return { deviceId: this.deviceId };
  }
  stop() {
    this.readyState = "ended";
  }
}

interface Asked {
  constraints: MediaStreamConstraints;
  /** The browser's answer. */
  give(deviceId?: string): Promise<Track>;
  refuse(name: string): Promise<void>;
}
let asked: Asked[];
let devices: LocalDevices;
/** All that was promised has been done. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

beforeEach(() => {
  asked = [];
  const mediaDevices = Object.assign(new EventTarget(), {
    enumerateDevices: async () => [],
    getUserMedia: (constraints: MediaStreamConstraints) =>
      new Promise((resolve, reject) => {
        asked.push({
          constraints,
          async give(deviceId = "any") {
            const track = new Track(deviceId);
            resolve({ getTracks: () => [track] });
            await settle();
            return track;
          },
          async refuse(name) {
            reject(new DOMException("", name));
            await settle();
          },
        });
      }),
  });
  vi.stubGlobal("navigator", { mediaDevices });
  devices = new LocalDevices();
});
afterEach(() => {
  devices.close();
  vi.unstubAllGlobals();
});

test("what is stopped while the browser asks does not come on when the answer is yes", async () => {
  void devices.start("microphone");
  devices.stop("microphone");
  expect(devices.getSnapshot().microphone.isBusy).toBe(false);
  const track = await asked[0]!.give();
  expect(track.readyState).toBe("ended");
  expect(devices.getSnapshot().microphone.track).toBeNull();
});

test("the camera is not asked for after the right to it was withdrawn while the microphone was", async () => {
  void devices.startEach("microphone", "camera");
  for (const source of ["microphone", "camera"] as const) devices.stop(source);
  await asked[0]!.give();
  expect(asked).toHaveLength(1);
});

test("one after the other: the camera is asked for once the microphone has come", async () => {
  void devices.startEach("microphone", "camera");
  expect(asked).toHaveLength(1);
  await asked[0]!.give();
  expect(asked).toHaveLength(2);
  const camera = await asked[1]!.give();
  expect(devices.getSnapshot().camera.track).toBe(camera);
});

test("a page that is left asks for nothing more", async () => {
  void devices.startEach("camera", "microphone");
  devices.close();
  expect((await asked[0]!.give()).readyState).toBe("ended");
  expect(asked).toHaveLength(1);
});

test("of two devices chosen one after the other the last one stays, whichever came first", async () => {
  void devices.start("camera", "first");
  void devices.start("camera", "second");
  const second = await asked[1]!.give("second");
  const first = await asked[0]!.give("first");
  expect(devices.getSnapshot().camera).toMatchObject({ track: second, deviceId: "second", isBusy: false });
  expect([first.readyState, second.readyState]).toEqual(["ended", "live"]);
});

test("after a device was unplugged, starting again takes it if it is there, and another if not", async () => {
  void devices.start("microphone", "headset");
  const headset = await asked[0]!.give("headset");
  headset.dispatchEvent(new Event("ended"));
  expect(devices.getSnapshot().microphone.fault).toBe("lost");
  void devices.start("microphone");
  expect(asked[1]!.constraints.audio).toMatchObject({ deviceId: { ideal: "headset" } });
  const other = await asked[1]!.give("built-in");
  expect(devices.getSnapshot().microphone).toMatchObject({ track: other, deviceId: "built-in", fault: null });
});

test("a phone that runs one camera at a time changes from one to the other", async () => {
  void devices.start("camera");
  const front = await asked[0]!.give("front");
  void devices.start("camera", "back");
  await asked[1]!.refuse("NotReadableError");
  expect(front.readyState).toBe("ended");
  const back = await asked[2]!.give("back");
  expect(devices.getSnapshot().camera).toMatchObject({ track: back, fault: null });
});

test("a camera that does not come on even then is told of, and the former is not shown as if it were on", async () => {
  void devices.start("camera");
  await asked[0]!.give("front");
  void devices.start("camera", "back");
  await asked[1]!.refuse("NotReadableError");
  await asked[2]!.refuse("NotReadableError");
  expect(devices.getSnapshot().camera).toMatchObject({ track: null, fault: "busy", isBusy: false });
});
