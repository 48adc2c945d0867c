import type { ErrorCode } from "../server/contract/errors.ts";

/** A refusal that goes over the link as it is. Whatever else is thrown in the node is a bug and answers `internal`. */
export class MediaError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MediaError";
    this.code = code;
  }
}

/**
 * Runs what calls mediasoup with a client's own parameters and turns its complaints about them into refusals.
 * @throws bad_request, unsupported_media, not_in_room (the object was closed meanwhile), media_unavailable
 */
export async function refusingBadMedia<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof MediaError) throw error;
    if (error.name === "UnsupportedError") {
      throw new MediaError("unsupported_media", error.message, { cause: error });
    }
    if (error instanceof TypeError || error instanceof RangeError || /already exists/.test(error.message)) {
      throw new MediaError("bad_request", error.message.slice(0, 300), { cause: error });
    }
    if (error.name === "WorkerClosedError") {
      throw new MediaError("media_unavailable", "the worker died meanwhile", { cause: error });
    }
    if (/not found|closed/i.test(error.message)) {
      throw new MediaError("not_in_room", error.message.slice(0, 300), { cause: error });
    }
    throw error;
  }
}
