import { MAX_MEDIA_FRAME_BYTES, MediaFrame } from "../../contract/media.ts";

/** `null` for what is no frame of the link. `bytes` is the payload of a binary frame. */
export function decodeFrame(
  data: Buffer,
  isBinary: boolean,
): { frame: MediaFrame; bytes: Buffer | null } | null {
  if (!isBinary) return parse(data, null);
  if (data.length < 4 || data.length > MAX_MEDIA_FRAME_BYTES) return null;
  const end = 4 + data.readUInt32BE(0);
  return end > data.length ? null : parse(data.subarray(4, end), data.subarray(end));
}

function parse(json: Buffer, bytes: Buffer | null): { frame: MediaFrame; bytes: Buffer | null } | null {
  try {
    const parsed = MediaFrame.safeParse(JSON.parse(json.toString()));
    return parsed.success ? { frame: parsed.data, bytes } : null;
  } catch {
    return null;
  }
}
