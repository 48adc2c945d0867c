import type { MediaRequestData, MediaRequestName, MediaRequestResult } from "../../server/contract/media.ts";

/** Does one validated request. @throws MediaError for a refusal. */
export type RequestHandler = <Name extends MediaRequestName>(
  name: Name,
  data: MediaRequestData<Name>,
) => Promise<MediaRequestResult<Name>>;
