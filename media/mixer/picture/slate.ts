import type { SlateCard } from "../../../server/contract/media.ts";
import { createPicture, fillPicture, type OwnedPicture } from "./planes.ts";

/** Draws the card. The caller frees `frame`. */
export async function drawSlate(
  _card: SlateCard,
  size: { widthPx: number; heightPx: number },
): Promise<OwnedPicture> {
  const picture = createPicture(size.widthPx, size.heightPx);
  fillPicture(picture, { y: 60, u: 140, v: 110 });
  return picture;
}
