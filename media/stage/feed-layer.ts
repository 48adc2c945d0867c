import type { PictureSize, Scene } from "../mixer/mixer-messages.ts";
import { fitPicture, layoutPlaces } from "../mixer/picture/layout.ts";

/** A camera's half layer has at least this size, or is not sent (client/src/room/camera-encodings.ts). */
export const HALF_LAYER: PictureSize = { widthPx: 640, heightPx: 360 };
/** Enlarged by less than this, nobody sees it. */
const MAX_ENLARGED = 1.1;

/**
 * Whether a layer of this size has the pixels that the scene shows of it. True when it is not shown at all. Pure.
 */
export function isLayerEnough(
  layer: PictureSize,
  sourceId: string,
  { scene, canvas }: { scene: Scene; canvas: PictureSize },
): boolean {
  const places = layoutPlaces(scene.layout, canvas, scene.pictures.length);
  return places.every((place, index) => {
    if (scene.pictures[index]?.sourceId !== sourceId) return true;
    const { source, target } = fitPicture(layer, place, { mayCrop: true });
    return target.widthPx <= MAX_ENLARGED * source.widthPx;
  });
}
