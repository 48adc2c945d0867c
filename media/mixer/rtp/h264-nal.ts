/** NAL unit types (H.264 table 7-1). */
export const NAL_IDR = 5;
export const NAL_SEI = 6;
export const NAL_SPS = 7;
export const NAL_PPS = 8;
export const NAL_AUD = 9;

export const START_CODE = Buffer.from([0, 0, 0, 1]);
const SHORT_START_CODE = START_CODE.subarray(1);

export function nalType(nal: Uint8Array): number {
  return (nal[0] ?? 0) & 0x1f;
}

/** Splits an Annex B byte stream (start codes of 3 or 4 bytes) into NAL units: views, no copies. */
export function splitAnnexB(stream: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  let begin = -1;
  let at = stream.indexOf(SHORT_START_CODE);
  while (at !== -1) {
    if (begin !== -1) nals.push(trimZeros(stream.subarray(begin, at)));
    begin = at + 3;
    at = stream.indexOf(SHORT_START_CODE, begin);
  }
  if (begin !== -1) nals.push(stream.subarray(begin));
  return nals.filter((nal) => nal.length > 0);
}

/** The zero byte before a three-byte start code belongs to the start code. */
function trimZeros(nal: Buffer): Buffer {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end -= 1;
  return nal.subarray(0, end);
}
