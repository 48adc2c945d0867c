/* Boxes of ISO/IEC 14496-12 (fragmented MP4) as CMAF wants them: one track a file, one traf and one trun a part. */

export interface TrackSample {
  data: Uint8Array;
  /** In the track's timescale. */
  duration: number;
  isKey: boolean;
}

export function box(type: string, ...contents: Uint8Array[]): Buffer {
  const size = contents.reduce((sum, content) => sum + content.length, 8);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(size, 0);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, ...contents], size);
}

export function fullBox(type: string, version: number, flags: number, ...contents: Uint8Array[]): Buffer {
  return box(type, u32((version << 24) | flags), ...contents);
}

export function u16(...values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) out.writeUInt16BE(value, index * 2);
  return out;
}

export function u32(...values: number[]): Buffer {
  const out = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) out.writeUInt32BE(value >>> 0, index * 4);
  return out;
}

function u64(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value), 0);
  return out;
}

export function zeros(count: number): Buffer {
  return Buffer.alloc(count);
}

const SAMPLE_IS_SYNC = 0x02000000;
const SAMPLE_IS_NOT_SYNC = 0x01010000;
const TFHD_DEFAULT_BASE_IS_MOOF = 0x020000;
/** data-offset, sample duration, size and flags present. */
const TRUN_FLAGS = 0x000701;

/** `moof` + `mdat` of one part. `decodeTime` is that of its first sample, in the track's timescale. */
export function writePart(options: { sequence: number; decodeTime: number; samples: TrackSample[] }): Buffer {
  const { samples } = options;
  const rows = Buffer.alloc(samples.length * 12);
  for (const [index, sample] of samples.entries()) {
    rows.writeUInt32BE(sample.duration, index * 12);
    rows.writeUInt32BE(sample.data.length, index * 12 + 4);
    rows.writeUInt32BE(sample.isKey ? SAMPLE_IS_SYNC : SAMPLE_IS_NOT_SYNC, index * 12 + 8);
  }
  const moof = (dataOffset: number) =>
    box(
      "moof",
      fullBox("mfhd", 0, 0, u32(options.sequence)),
      box(
        "traf",
        fullBox("tfhd", 0, TFHD_DEFAULT_BASE_IS_MOOF, u32(1)),
        fullBox("tfdt", 1, 0, u64(options.decodeTime)),
        fullBox("trun", 0, TRUN_FLAGS, u32(samples.length, dataOffset), rows),
      ),
    );
  const dataOffset = moof(0).length + 8;
  return Buffer.concat([moof(dataOffset), box("mdat", ...samples.map((sample) => sample.data))]);
}
