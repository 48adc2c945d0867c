import { type ErrorBody, type ErrorCode, errorCodes } from "../contract/errors.ts";

const statusOf: Record<ErrorCode, number> = {
  bad_request: 400,
  unauthorised: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  wrong_phase: 409,
  too_many_requests: 429,
  too_large: 413,
  room_full: 409,
  removed: 403,
  not_in_room: 409,
  link_invalid: 404,
  link_expired: 410,
  media_unavailable: 503,
  database_unavailable: 503,
  disk_full: 507,
  unsupported_media: 415,
  contract_mismatch: 409,
  timeout: 504,
  internal: 500,
};

interface AppErrorOptions {
  /** For the log only; never leaves the server. */
  context?: Record<string, unknown>;
  cause?: unknown;
  retryAfterMs?: number;
}

/** A failure that somebody expected: it has a code of the contract, and its message may be read by anybody. */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** HTTP status. */
  readonly status: number;
  readonly context: Record<string, unknown>;
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = statusOf[code];
    this.context = options.context ?? {};
    this.retryAfterMs = options.retryAfterMs ?? null;
  }

  static badRequest(message = "The request is not what this door takes.") {
    return new AppError("bad_request", message);
  }
  static unauthorised() {
    return new AppError("unauthorised", "Open your join link first.");
  }
  static forbidden() {
    return new AppError("forbidden", "Your role has no right to this.");
  }
  /** Also for what exists but is not the actor's to know of. */
  static notFound(what: string) {
    return new AppError("not_found", `No such ${what}.`);
  }
  static conflict(message: string) {
    return new AppError("conflict", message);
  }
  static wrongPhase(message: string) {
    return new AppError("wrong_phase", message);
  }
  static tooManyRequests(retryAfterMs: number) {
    return new AppError("too_many_requests", "Too many requests.", { retryAfterMs: Math.ceil(retryAfterMs) });
  }
  static tooLarge() {
    return new AppError("too_large", "The request is too large.");
  }
  static removed() {
    return new AppError("removed", "You were removed from this room.");
  }
  static notInRoom() {
    return new AppError("not_in_room", "Join the room first.");
  }
  static linkInvalid() {
    return new AppError("link_invalid", "The link is not valid.");
  }
  static linkExpired() {
    return new AppError("link_expired", "The link is no longer valid.");
  }
  static mediaUnavailable(cause?: unknown) {
    return new AppError("media_unavailable", "The media node cannot be reached.", { cause });
  }
  static databaseUnavailable(cause?: unknown) {
    return new AppError("database_unavailable", "The database cannot be reached.", { cause });
  }
  static timeout(what: string) {
    return new AppError("timeout", `${what} took too long.`);
  }
  static internal(cause: unknown) {
    return new AppError("internal", "Something went wrong.", { cause });
  }
}

const codes = new Set<string>(errorCodes);

/** Whatever was thrown as an AppError; what nobody expected becomes `internal` with its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (typeof thrown !== "object" || thrown === null) return AppError.internal(thrown);
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  if (typeof code === "string" && codes.has(code))
    return new AppError(code as ErrorCode, typeof message === "string" ? message.slice(0, 1000) : code, {
      cause: thrown,
    });
  return fromBodyParser(thrown) ?? fromDatabase(thrown) ?? AppError.internal(thrown);
}

export function toErrorBody(error: AppError, requestId?: string): ErrorBody {
  return {
    code: error.code,
    message: error.message.slice(0, 1000),
    ...(requestId === undefined ? {} : { requestId }),
    ...(error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs }),
  };
}

/** Express's body parser and router mark their errors by `type` and `status`. */
function fromBodyParser(thrown: object): AppError | null {
  const { type, status } = thrown as { type?: unknown; status?: unknown };
  if (type === "entity.too.large") return AppError.tooLarge();
  if (typeof status === "number" && status >= 400 && status < 500)
    return AppError.badRequest("The request cannot be read.");
  return null;
}

const UNREACHABLE = new Set(["P1001", "P1002", "P1003", "P1008", "P1017", "P2024", "P2028", "P2037"]);
const BROKEN_CONNECTION = new Set(["ECONNREFUSED", "ECONNRESET", "ENOENT", "EPIPE", "ETIMEDOUT"]);
/** What the adapter makes of a socket's error where the statement is raw (`P2010`). */
const UNREACHABLE_KIND = new Set(["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout"]);
/** SQLSTATE: connection exception, insufficient resources, operator intervention (PostgreSQL, appendix A). */
const UNREACHABLE_SQLSTATE = /^(?:08|53|57P)/;

/** Prisma's and the driver's errors; https://www.prisma.io/docs/orm/reference/error-reference */
function fromDatabase(thrown: object): AppError | null {
  const { code, name } = thrown as { code?: unknown; name?: string };
  if (name?.startsWith("PrismaClient") !== true && name !== "DriverAdapterError")
    return isOfDriver(thrown) ? AppError.databaseUnavailable(thrown) : null;
  if (code === "P2025") return new AppError("not_found", "No such thing.", { cause: thrown });
  if (code === "P2002" || code === "P2003" || code === "P2034")
    return new AppError("conflict", "Somebody else changed this at the same time.", { cause: thrown });
  if (typeof code === "string" && UNREACHABLE.has(code)) return AppError.databaseUnavailable(thrown);
  return isLostConnection(thrown) ? AppError.databaseUnavailable(thrown) : null;
}

const LOST =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** The start of a transaction lets pg's own errors through as they are. */
function isOfDriver(thrown: object): boolean {
  const { message, severity, code } = thrown as { message?: unknown; severity?: unknown; code?: unknown };
  if (typeof message === "string" && LOST.test(message)) return true;
  return typeof severity === "string" && typeof code === "string" && UNREACHABLE_SQLSTATE.test(code);
}

function isLostConnection(thrown: object): boolean {
  let next: unknown = thrown;
  for (let depth = 0; depth < 6 && typeof next === "object" && next !== null; depth += 1) {
    const layer = next as Record<string, unknown>;
    for (const code of [layer.originalCode, layer.code])
      if (typeof code === "string" && (UNREACHABLE_SQLSTATE.test(code) || BROKEN_CONNECTION.has(code)))
        return true;
    if (UNREACHABLE_KIND.has(String(layer.kind)) || isOfDriver(layer)) return true;
    const meta = layer.meta as { driverAdapterError?: unknown } | undefined;
    next = meta?.driverAdapterError ?? layer.cause;
  }
  return false;
}
