/**
 * Telephones record lying and say in a display matrix (nine 16.16 fixed-point numbers, ISO/IEC 14496-12 8.2.2) how
 * the picture is to be turned. Returns the FFmpeg filter that does it, empty when there is nothing to do.
 */
export function turnFilter(displayMatrix: Buffer | null): string {
  if (!displayMatrix || displayMatrix.length < 36) return "";
  const [a, b] = [displayMatrix.readInt32LE(0), displayMatrix.readInt32LE(4)];
  const degrees = Math.round((Math.atan2(b, a) * 180) / Math.PI / 90) * 90;
  switch (((degrees % 360) + 360) % 360) {
    case 90:
      return "transpose=clock";
    case 180:
      return "hflip,vflip";
    case 270:
      return "transpose=cclock";
    default:
      return "";
  }
}
