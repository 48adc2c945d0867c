/** RFC 3550 section 5.1. `payload` is a view into the datagram. */
export interface RtpPacket {
  payloadType: number;
  marker: boolean;
  /** 16 bit. */
  sequence: number;
  /** 32 bit, in the codec's clock rate. */
  timestamp: number;
  ssrc: number;
  payload: Buffer;
}

/** `null` for what is not RTP version 2 or is cut short. */
export function parseRtp(datagram: Buffer): RtpPacket | null {
  if (datagram.length < 12) return null;
  const first = datagram[0]!;
  if (first >> 6 !== 2) return null;
  let start = 12 + (first & 0x0f) * 4;
  let end = datagram.length;
  if (first & 0x10) {
    if (start + 4 > end) return null;
    start += 4 + datagram.readUInt16BE(start + 2) * 4;
  }
  if (first & 0x20) end -= datagram[end - 1]!;
  if (start > end) return null;
  const second = datagram[1]!;
  return {
    payloadType: second & 0x7f,
    marker: (second & 0x80) !== 0,
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    ssrc: datagram.readUInt32BE(8),
    payload: datagram.subarray(start, end),
  };
}

export function writeRtpHeader(fields: Omit<RtpPacket, "payload">): Buffer {
  const header = Buffer.allocUnsafe(12);
  header[0] = 0x80;
  header[1] = (fields.marker ? 0x80 : 0) | fields.payloadType;
  header.writeUInt16BE(fields.sequence & 0xffff, 2);
  header.writeUInt32BE(fields.timestamp >>> 0, 4);
  header.writeUInt32BE(fields.ssrc >>> 0, 8);
  return header;
}

/** Seconds between 1900 (NTP) and 1970 (Unix). */
const NTP_OFFSET_SECONDS = 2_208_988_800;

/** RTCP sender report with a CNAME (RFC 3550 sections 6.4.1 and 6.5.1): ties the RTP clock to the wall clock. */
export function writeSenderReport(report: {
  ssrc: number;
  wallMs: number;
  rtpTimestamp: number;
  packets: number;
  octets: number;
  cname: string;
}): Buffer {
  const name = Buffer.from(report.cname, "utf8").subarray(0, 255);
  const chunkBytes = Math.ceil((4 + 2 + name.length + 1) / 4) * 4;
  const out = Buffer.alloc(28 + 4 + chunkBytes);
  out[0] = 0x80;
  out[1] = 200;
  out.writeUInt16BE(6, 2);
  out.writeUInt32BE(report.ssrc >>> 0, 4);
  const seconds = Math.floor(report.wallMs / 1000);
  out.writeUInt32BE(seconds + NTP_OFFSET_SECONDS, 8);
  out.writeUInt32BE(Math.floor(((report.wallMs - seconds * 1000) / 1000) * 0x1_0000_0000) >>> 0, 12);
  out.writeUInt32BE(report.rtpTimestamp >>> 0, 16);
  out.writeUInt32BE(report.packets >>> 0, 20);
  out.writeUInt32BE(report.octets >>> 0, 24);
  out[28] = 0x81;
  out[29] = 202;
  out.writeUInt16BE(chunkBytes / 4, 30);
  out.writeUInt32BE(report.ssrc >>> 0, 32);
  out[36] = 1;
  out[37] = name.length;
  name.copy(out, 38);
  return out;
}
