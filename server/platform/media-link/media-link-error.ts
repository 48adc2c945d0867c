import type { ErrorCode } from "../../contract/errors.ts";

/** A refusal of the media node, or of the link itself (`media_unavailable`, `timeout`). */
export class MediaLinkError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = "MediaLinkError";
    this.code = code;
  }
}
