/*
 * Matroska written by hand (RFC 9559), so that a file may claim what no encoder would: a picture of 30,000 × 30,000,
 * a hundred hours, a compressed block. Just enough for FFmpeg to take it for a video.
 */

type Content = Buffer | Buffer[];

/** An element: id, size in eight bytes, content. */
function element(id: number, content: Content): Buffer {
  const body = Array.isArray(content) ? Buffer.concat(content) : content;
  const name = Buffer.from(id.toString(16).padStart(id > 0xff_ffff ? 8 : 2, "0"), "hex");
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length) | (1n << 56n));
  return Buffer.concat([name, size, body]);
}
const uint = (id: number, value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return element(id, bytes);
};
const float = (id: number, value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return element(id, bytes);
};
const text = (id: number, value: string) => element(id, Buffer.from(value));

export interface MadeUpMatroska {
  /** @default "V_MJPEG" */
  codec?: string;
  widthPx: number;
  heightPx: number;
  /** What the header says; whatever the blocks do. */
  durationSeconds?: number;
  /** One packet each, 40 ms apart. */
  blocks: Buffer[];
  /** Blocks are zlib streams. */
  isDeflated?: boolean;
}

export function writeMadeUpMatroska(options: MadeUpMatroska): Buffer {
  const { codec = "V_MJPEG", widthPx, heightPx, durationSeconds = 1, blocks, isDeflated = false } = options;
  const deflated = element(0x6d80, [element(0x6240, [uint(0x5033, 0), element(0x5034, [uint(0x4254, 0)])])]);
  return Buffer.concat([
    element(0x1a45dfa3, [text(0x4282, "matroska"), uint(0x4287, 4), uint(0x4285, 2)]),
    element(0x18538067, [
      element(0x1549a966, [uint(0x2ad7b1, 1_000_000), float(0x4489, durationSeconds * 1000)]),
      element(0x1654ae6b, [
        element(0xae, [
          uint(0xd7, 1),
          uint(0x73c5, 1),
          uint(0x83, 1),
          text(0x86, codec),
          element(0xe0, [uint(0xb0, widthPx), uint(0xba, heightPx)]),
          ...(isDeflated ? [deflated] : []),
        ]),
      ]),
      element(0x1f43b675, [uint(0xe7, 0), ...blocks.map((block, index) => simpleBlock(block, index * 40))]),
    ]),
  ]);
}

function simpleBlock(content: Buffer, atMs: number): Buffer {
  const head = Buffer.from([0x81, 0, 0, 0x80]);
  head.writeInt16BE(atMs, 1);
  return element(0xa3, [head, content]);
}

/** The beginning of a baseline JPEG of this size; its picture is noise. */
export function jpegOfSize(widthPx: number, heightPx: number): Buffer {
  const frame = Buffer.from("ffc0001108000000000301220002110103110100".slice(0, 38), "hex");
  frame.writeUInt16BE(heightPx, 5);
  frame.writeUInt16BE(widthPx, 7);
  const quantisation = Buffer.concat([Buffer.from("ffdb004300", "hex"), Buffer.alloc(64, 1)]);
  const scan = Buffer.from("ffda000c03010002110311003f00", "hex");
  return Buffer.concat([
    Buffer.from("ffd8", "hex"),
    quantisation,
    frame,
    scan,
    Buffer.alloc(2_000, 0x55),
    Buffer.from("ffd9", "hex"),
  ]);
}
