import type { MediaNoticeData, MediaNoticeName } from "../../server/contract/media.ts";
import { mediaNotices } from "../../server/contract/media.ts";
import type { MediaPlane } from "../../server/contract/media-plane.ts";

type Heard = {
  [Name in MediaNoticeName]: { name: Name; data: MediaNoticeData<Name>; bytes: Buffer | null };
}[MediaNoticeName];

/** Everything that a media plane says, in order. */
export class NoticeLog {
  readonly heard: Heard[] = [];
  readonly #undo: (() => void)[];

  constructor(plane: MediaPlane) {
    this.#undo = (Object.keys(mediaNotices) as MediaNoticeName[]).map((name) =>
      plane.onNotice(name, (data, bytes) => void this.heard.push({ name, data, bytes } as Heard)),
    );
  }

  all<Name extends MediaNoticeName>(name: Name): MediaNoticeData<Name>[] {
    return this.heard.flatMap((notice) =>
      notice.name === name ? [notice.data as MediaNoticeData<Name>] : [],
    );
  }

  /** The first notice of that name that fits, past or future. @throws Error after `timeoutMs` */
  async until<Name extends MediaNoticeName>(
    name: Name,
    fits: (data: MediaNoticeData<Name>) => boolean = () => true,
    timeoutMs = 15_000,
  ): Promise<MediaNoticeData<Name>> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = this.all(name).find(fits);
      if (found) return found;
      if (performance.now() > deadline) throw new Error(`no ${name} within ${timeoutMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  clear(): void {
    this.heard.length = 0;
  }

  close(): void {
    for (const undo of this.#undo) undo();
  }
}
