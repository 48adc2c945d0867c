import type { MediaNoticeData, MediaNoticeName } from "../server/contract/media.ts";

/** Says something to the server; never blocks and never throws. `bytes` only with a part. */
export type Notify = <Name extends MediaNoticeName>(
  name: Name,
  data: MediaNoticeData<Name>,
  bytes?: Uint8Array,
) => void;
