import { type Logger, pino } from "pino";

export type Log = Logger;

/** JSON lines on stderr. Messages carry their subject: `[stage:ID peer:ID] joined (3 peers)`. */
export function createLog(level: string): Log {
  return pino({ level, base: { process: "media" } }, pino.destination({ dest: 2, sync: true }));
}
