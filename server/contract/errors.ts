import { z } from "zod";

/** Every coded failure that crosses a boundary. The client has a sentence and a way on for each. */
export const errorCodes = [
  "bad_request",
  "unauthorised",
  "forbidden",
  "not_found",
  "conflict",
  "wrong_phase",
  "too_many_requests",
  "too_large",
  "room_full",
  "removed",
  "not_in_room",
  "link_invalid",
  "link_expired",
  "media_unavailable",
  "database_unavailable",
  "disk_full",
  "unsupported_media",
  "contract_mismatch",
  "timeout",
  "internal",
] as const;
export const ErrorCode = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof ErrorCode>;

export const ErrorBody = z.strictObject({
  code: ErrorCode,
  /** English, for logs and developers; people read the client's own sentence for `code`. */
  message: z.string().max(1000),
  requestId: z.string().max(64).optional(),
  /** Milliseconds after which the same request may be tried again (`too_many_requests`). */
  retryAfterMs: z.int().min(0).optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
