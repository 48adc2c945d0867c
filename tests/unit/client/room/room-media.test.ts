/* Two ways to the media node, one state: nobody is told that all is well while one of them is broken. */
import { expect, test } from "vitest";
import { RoomMedia, type RoomMediaParts } from "../../../../client/src/room/room-media.ts";

function mediaOf(receive: string, send: string | null) {
  const transport = (connectionState: string) => ({ connectionState, on() {}, close() {} });
  const device = {
    handlerName: "Chrome111",
    createRecvTransport: () => transport(receive),
    createSendTransport: () => transport(send!),
  };
  const joined = { roomId: "backstage:s", receiveTransport: {}, sendTransport: send === null ? null : {} };
  return new RoomMedia({ device, joined } as unknown as RoomMediaParts, { onTransportState() {} });
}

test.each([
  ["connected", "connected", "connected"],
  ["connected", "new", "connected"],
  ["connected", null, "connected"],
  ["connected", "connecting", "connecting"],
  ["disconnected", "connected", "disconnected"],
  ["connected", "disconnected", "disconnected"],
  ["disconnected", "failed", "failed"],
])("receiving %s and sending %s is %s", (receive, send, expected) => {
  expect(mediaOf(receive, send).connectionState).toBe(expected);
});
