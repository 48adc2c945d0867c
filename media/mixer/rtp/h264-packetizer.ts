import { NAL_AUD, NAL_SEI, nalType, splitAnnexB } from "./h264-nal.ts";

/**
 * RTP payloads of one access unit (RFC 6184, packetization-mode 1): single NAL units, and FU-A for those over
 * `maxBytes`. AUD and SEI are left out: x264 puts nothing in them that a viewer needs.
 */
export function packetizeH264(accessUnit: Buffer, maxBytes = 1200): Buffer[] {
  const payloads: Buffer[] = [];
  for (const nal of splitAnnexB(accessUnit)) {
    const type = nalType(nal);
    if (type === NAL_AUD || type === NAL_SEI) continue;
    if (nal.length <= maxBytes) payloads.push(nal);
    else fragment(nal, maxBytes, payloads);
  }
  return payloads;
}

function fragment(nal: Buffer, maxBytes: number, out: Buffer[]): void {
  const head = nal[0]!;
  const indicator = (head & 0xe0) | 28;
  const type = head & 0x1f;
  const step = maxBytes - 2;
  for (let at = 1; at < nal.length; at += step) {
    const end = Math.min(at + step, nal.length);
    const payload = Buffer.allocUnsafe(2 + end - at);
    payload[0] = indicator;
    payload[1] = type | (at === 1 ? 0x80 : 0) | (end === nal.length ? 0x40 : 0);
    nal.copy(payload, 2, at, end);
    out.push(payload);
  }
}
