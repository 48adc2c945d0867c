import { Frame } from "node-av/lib";
import { CutOut } from "./cut-out.ts";
import type { Place } from "./layout.ts";
import type { OwnedPicture } from "./planes.ts";

/** A frame whose pixels are those of a part of a picture: what is drawn there is drawn on the picture. The caller frees it. */
export function viewOf(picture: OwnedPicture, at: Place): Frame {
  const cut = new CutOut(picture, at);
  const view = new Frame();
  view.alloc();
  try {
    cut.take(picture.frame, view);
    return view;
  } catch (error) {
    view.free();
    throw error;
  } finally {
    cut.close();
  }
}
