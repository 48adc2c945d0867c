import { box, fullBox, u16, u32, zeros } from "./packager-boxes.ts";

/** Unity matrix of `mvhd` and `tkhd`. */
const MATRIX = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

export interface VideoTrack {
  kind: "video";
  timescale: number;
  widthPx: number;
  heightPx: number;
  /** NAL units without start codes. */
  sps: Uint8Array;
  pps: Uint8Array;
}

export interface SoundTrack {
  kind: "sound";
  timescale: number;
  channels: number;
  bitrateBps: number;
  /** AudioSpecificConfig (ISO/IEC 14496-3). */
  config: Uint8Array;
}

/** Init segment (`ftyp` + `moov`) of a one-track CMAF file. */
export function writeInit(track: VideoTrack | SoundTrack): Buffer {
  const isVideo = track.kind === "video";
  const ftyp = box("ftyp", Buffer.from("iso6", "latin1"), u32(0), Buffer.from("iso6cmfcmp41", "latin1"));
  const mvhd = fullBox(
    "mvhd",
    0,
    0,
    u32(0, 0, 1000, 0, 0x10000),
    u16(0x0100),
    zeros(10),
    MATRIX,
    zeros(24),
    u32(2),
  );
  const tkhd = fullBox(
    "tkhd",
    0,
    3,
    u32(0, 0, 1, 0, 0),
    zeros(8),
    u16(0, 0, isVideo ? 0 : 0x0100, 0),
    MATRIX,
    isVideo ? u32(track.widthPx * 0x10000, track.heightPx * 0x10000) : u32(0, 0),
  );
  // Language "und" in packed five-bit letters.
  const mdhd = fullBox("mdhd", 0, 0, u32(0, 0, track.timescale, 0), u16(0x55c4, 0));
  const hdlr = fullBox(
    "hdlr",
    0,
    0,
    u32(0),
    Buffer.from(isVideo ? "vide" : "soun", "latin1"),
    zeros(12),
    Buffer.from("Torilla\0", "latin1"),
  );
  const header = isVideo ? fullBox("vmhd", 0, 1, zeros(8)) : fullBox("smhd", 0, 0, zeros(4));
  const dinf = box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1)));
  const stbl = box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), isVideo ? videoEntry(track) : soundEntry(track)),
    fullBox("stts", 0, 0, u32(0)),
    fullBox("stsc", 0, 0, u32(0)),
    fullBox("stsz", 0, 0, u32(0, 0)),
    fullBox("stco", 0, 0, u32(0)),
  );
  const trak = box("trak", tkhd, box("mdia", mdhd, hdlr, box("minf", header, dinf, stbl)));
  const trex = fullBox("trex", 0, 0, u32(1, 1, 0, 0, 0));
  return Buffer.concat([ftyp, box("moov", mvhd, trak, box("mvex", trex))]);
}

function videoEntry(track: VideoTrack): Buffer {
  const avcc = box(
    "avcC",
    Buffer.from([1, track.sps[1]!, track.sps[2]!, track.sps[3]!, 0xff, 0xe1]),
    u16(track.sps.length),
    track.sps,
    Buffer.from([1]),
    u16(track.pps.length),
    track.pps,
  );
  return box(
    "avc1",
    zeros(6),
    u16(1),
    zeros(16),
    u16(track.widthPx, track.heightPx),
    u32(0x00480000, 0x00480000, 0),
    u16(1),
    zeros(32),
    u16(0x0018, 0xffff),
    avcc,
  );
}

function soundEntry(track: SoundTrack): Buffer {
  const config = descriptor(5, track.config);
  // objectTypeIndication 0x40 (AAC), streamType 5 (audio), buffer size, peak and average rate.
  const decoder = descriptor(
    4,
    Buffer.from([0x40, 0x15, 0, 0, 0]),
    u32(track.bitrateBps, track.bitrateBps),
    config,
  );
  const esds = fullBox(
    "esds",
    0,
    0,
    descriptor(3, u16(1), Buffer.from([0]), decoder, descriptor(6, Buffer.from([2]))),
  );
  return box(
    "mp4a",
    zeros(6),
    u16(1),
    zeros(8),
    u16(track.channels, 16, 0, 0),
    u32(track.timescale * 0x10000),
    esds,
  );
}

/** Descriptor of ISO/IEC 14496-1 with a one-byte length. */
function descriptor(tag: number, ...contents: Uint8Array[]): Buffer {
  const size = contents.reduce((sum, content) => sum + content.length, 0);
  if (size > 127) throw new Error("descriptor too long");
  return Buffer.concat([Buffer.from([tag, size]), ...contents]);
}

/** RFC 6381 name of an H.264 track, from the SPS itself. */
export function avcCodecs(sps: Uint8Array): string {
  return `avc1.${Buffer.from(sps.subarray(1, 4)).toString("hex")}`;
}

/** RFC 6381 name of an AAC track: its object type is the first five bits of the AudioSpecificConfig. */
export function aacCodecs(config: Uint8Array): string {
  return `mp4a.40.${(config[0] ?? 0) >> 3}`;
}
