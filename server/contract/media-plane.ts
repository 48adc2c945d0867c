import type {
  MediaNoticeData,
  MediaNoticeName,
  MediaRequestData,
  MediaRequestName,
  MediaRequestResult,
} from "./media.ts";

/**
 * All that the server knows of media: real (a link to a media node) or fake (in memory, for tests in which
 * media is not the point). One suite runs against both.
 */
export interface MediaPlane {
  /** @throws AppError-shaped `{ code }`: `media_unavailable`, `timeout`, or the node's own refusal. */
  request<Name extends MediaRequestName>(
    name: Name,
    data: MediaRequestData<Name>,
  ): Promise<MediaRequestResult<Name>>;
  /** Subscribes; returns the unsubscribe. `bytes` only with `store:written` of a part. */
  onNotice<Name extends MediaNoticeName>(
    name: Name,
    listener: (data: MediaNoticeData<Name>, bytes: Buffer | null) => void,
  ): () => void;
  /** Called with `true` on each (re)connection, `false` when the link is lost. At once with the present state. */
  onConnection(listener: (isConnected: boolean) => void): () => void;
  readonly isConnected: boolean;
  close(): Promise<void>;
}
