import { AppError } from "./errors.ts";

/** Longest that a door's handler may take. */
export const HANDLER_DEADLINE_MS = 10_000;

/** What `work` gives, or `timeout` after `ms`; a later result or failure of `work` is dropped. @throws timeout */
export async function withDeadline<Result>(
  work: Promise<Result>,
  options: { ms: number; what: string },
): Promise<Result> {
  const { promise: alarm, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(AppError.timeout(options.what)), options.ms);
  work.catch(() => {});
  try {
    return await Promise.race([work, alarm]);
  } finally {
    clearTimeout(timer);
  }
}
