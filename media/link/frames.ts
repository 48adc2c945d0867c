import type { MediaFrame, MediaNoticeData, MediaNoticeName } from "../../server/contract/media.ts";

/** `[u32 BE header length][JSON header][payload]`, as contract/media.ts has it. */
export function encodeBinaryFrame(header: MediaFrame, payload: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const frame = Buffer.allocUnsafe(4 + json.length + payload.byteLength);
  frame.writeUInt32BE(json.length, 0);
  json.copy(frame, 4);
  frame.set(payload, 4 + json.length);
  return frame;
}

export function encodeNotice<Name extends MediaNoticeName>(name: Name, data: MediaNoticeData<Name>): string {
  return JSON.stringify({ type: "notice", name, data } satisfies MediaFrame);
}
