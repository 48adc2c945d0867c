import type { SlateCard } from "../../../server/contract/media.ts";
import { drawScript } from "./draw-script.ts";
import { createPicture, fillPicture, type OwnedPicture } from "./planes.ts";
import { SLATE_BACKGROUND, slateScript } from "./slate-script.ts";

/**
 * Draws the card. One that cannot be drawn is a plain field: the programme never shows nothing. The caller
 * frees `frame`.
 */
export async function drawSlate(
  card: SlateCard,
  size: { widthPx: number; heightPx: number },
): Promise<OwnedPicture> {
  try {
    return await drawScript(slateScript(card), { ...size, background: SLATE_BACKGROUND });
  } catch (error) {
    console.error(`slate: ${(error as Error).message}`);
    const picture = createPicture(size.widthPx, size.heightPx);
    fillPicture(picture, { y: 44, u: 134, v: 120 });
    return picture;
  }
}
