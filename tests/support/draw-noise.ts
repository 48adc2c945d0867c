import type { OwnedPicture } from "../../media/mixer/picture/planes.ts";

const BLOCK_PX = 8;

/** Blocks of random greys, other ones in each picture: nothing an encoder could foresee. */
export function drawNoise(picture: OwnedPicture): void {
  const { widthPx, heightPx, strides, planes } = picture;
  const row = Buffer.alloc(widthPx);
  for (let y = 0; y < heightPx; y += 1) {
    if (y % BLOCK_PX === 0)
      for (let x = 0; x < widthPx; x += BLOCK_PX)
        row.fill(60 + Math.floor(Math.random() * 120), x, x + BLOCK_PX);
    row.copy(planes[0], y * strides[0]!);
  }
  planes[1].fill(150);
  planes[2].fill(110);
}
