import type { SlateCard } from "../../../server/contract/media.ts";
import type { OwnedPicture } from "./planes.ts";
import { drawSlate } from "./slate.ts";

/** Keeps the card that is shown when nothing else can be; drawn once per change, off the frame's path. */
export class SlateHolder {
  readonly #size: { widthPx: number; heightPx: number };
  #picture: OwnedPicture;
  #serial = 1;
  #asked = 0;
  #isClosed = false;

  private constructor(picture: OwnedPicture, size: { widthPx: number; heightPx: number }) {
    this.#picture = picture;
    this.#size = size;
  }

  static async create(card: SlateCard, size: { widthPx: number; heightPx: number }): Promise<SlateHolder> {
    return new SlateHolder(await drawSlate(card, size), size);
  }

  /** The picture stays valid until control goes back to the event loop. */
  get current(): { picture: OwnedPicture; serial: number } {
    return { picture: this.#picture, serial: this.#serial };
  }

  /** The old card stays until the new one is drawn; of several changes the last one counts. */
  set(card: SlateCard): void {
    this.#asked += 1;
    const asked = this.#asked;
    void drawSlate(card, this.#size).then((picture) => {
      if (this.#isClosed || asked !== this.#asked) {
        picture.frame.free();
        return;
      }
      this.#picture.frame.free();
      this.#picture = picture;
      this.#serial += 1;
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#picture.frame.free();
  }
}
