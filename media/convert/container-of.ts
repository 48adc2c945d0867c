import { open } from "node:fs/promises";

/** FFmpeg demuxers that an upload may go through; everything else (playlists, images, text) is refused. */
export type Container = "mov" | "matroska" | "mpegts";

const MPEGTS_PACKET_BYTES = 188;
const MPEGTS_PROOF_PACKETS = 5;
/** Boxes that an ISO base media or QuickTime file may begin with. */
const FIRST_BOXES = new Set(["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"]);
const EBML = Buffer.from([0x1a, 0x45, 0xdf, 0xa3]);

/** What the bytes are, whatever the name says. `null`: none of the allowed. */
export function containerOfBytes(head: Buffer): Container | null {
  if (head.length >= 8 && FIRST_BOXES.has(head.toString("latin1", 4, 8))) return "mov";
  if (head.subarray(0, 4).equals(EBML)) return "matroska";
  const isTransportStream =
    head.length >= MPEGTS_PACKET_BYTES * MPEGTS_PROOF_PACKETS &&
    Array.from({ length: MPEGTS_PROOF_PACKETS }, (_, index) => head[index * MPEGTS_PACKET_BYTES]).every(
      (byte) => byte === 0x47,
    );
  return isTransportStream ? "mpegts" : null;
}

export async function containerOfFile(path: string): Promise<Container | null> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(MPEGTS_PACKET_BYTES * MPEGTS_PROOF_PACKETS);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return containerOfBytes(head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
