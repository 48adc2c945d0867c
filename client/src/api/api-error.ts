import type { ErrorBody, ErrorCode } from "./contract.ts";

/** A coded failure of a request, over HTTP or the socket; what people read for it is in `errors` of i18n. */
export class ApiError extends Error {
  readonly code: ErrorCode;
  readonly requestId: string | undefined;
  /** Milliseconds after which the same request may be tried again. */
  readonly retryAfterMs: number | undefined;

  constructor(body: ErrorBody, options?: ErrorOptions) {
    super(`${body.code}: ${body.message}`, options);
    this.name = "ApiError";
    this.code = body.code;
    this.requestId = body.requestId;
    this.retryAfterMs = body.retryAfterMs;
  }
}

/** The code of anything that was thrown; what is not ours counts as `internal`. */
export function errorCodeOf(error: unknown): ErrorCode {
  return error instanceof ApiError ? error.code : "internal";
}

/** What a person can do about a failure. */
export type Recovery = "retry" | "reload" | "home" | "askHost" | "none";

const recoveries: Record<ErrorCode, Recovery> = {
  bad_request: "none",
  unauthorised: "askHost",
  forbidden: "askHost",
  not_found: "home",
  conflict: "reload",
  wrong_phase: "reload",
  too_many_requests: "retry",
  too_large: "none",
  room_full: "retry",
  removed: "none",
  not_in_room: "reload",
  link_invalid: "askHost",
  link_expired: "askHost",
  media_unavailable: "retry",
  database_unavailable: "retry",
  disk_full: "none",
  unsupported_media: "none",
  contract_mismatch: "reload",
  timeout: "retry",
  internal: "retry",
};

export function recoveryFor(code: ErrorCode): Recovery {
  return recoveries[code];
}

/** True when the same request may succeed later without anybody doing anything. */
export function isTemporary(code: ErrorCode): boolean {
  return recoveryFor(code) === "retry";
}
