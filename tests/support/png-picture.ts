import { inflateSync } from "node:zlib";

/** Luma of each pixel, 0–255, rows from the top. */
export interface LumaPicture {
  width: number;
  height: number;
  luma: Uint8Array;
}

/** Reads a PNG as browsers make them of a page: 8 bit, RGB or RGBA, not interlaced. @throws on any other */
export function readPng(bytes: Buffer): LumaPicture {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth, colour, interlace] = [bytes[24], bytes[25], bytes[28]];
  if (depth !== 8 || (colour !== 2 && colour !== 6) || interlace !== 0)
    throw new Error("another kind of PNG");
  const channels = colour === 6 ? 4 : 3;
  const data: Buffer[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString("latin1", at + 4, at + 8) === "IDAT")
      data.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const rows = unfilter(inflateSync(Buffer.concat(data)), { stride: width * channels, height, channels });
  const luma = new Uint8Array(width * height);
  for (let n = 0; n < luma.length; n++) {
    const at = n * channels;
    luma[n] = (rows[at]! * 299 + rows[at + 1]! * 587 + rows[at + 2]! * 114) / 1000;
  }
  return { width, height, luma };
}

/** RFC 2083, section 6. */
function unfilter(raw: Buffer, of: { stride: number; height: number; channels: number }): Uint8Array {
  const { stride, height, channels } = of;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)]!;
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x >= channels ? out[at - channels]! : 0;
      const up = y > 0 ? out[at - stride]! : 0;
      const corner = x >= channels && y > 0 ? out[at - stride - channels]! : 0;
      const added = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter]!;
      out[at] = raw[y * (stride + 1) + 1 + x]! + added;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [dLeft, dUp, dCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (dLeft <= dUp && dLeft <= dCorner) return left;
  return dUp <= dCorner ? up : corner;
}
