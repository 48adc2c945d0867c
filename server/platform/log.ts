import pino, { type Logger } from "pino";

/** Cookies, tokens and stream keys never reach a log, whoever puts them into an object. */
const REDACTED = ["req.headers", "res.headers", "*.token", "*.cookie", "*.authorization", "token", "cookie"];

export function createLog(options: { level: string; name: string }): Logger {
  return pino({ level: options.level, name: options.name, redact: { paths: REDACTED, remove: true } });
}
