import type { IncomingMessage, ServerResponse } from "node:http";
import type { Router } from "express";
import type { Realtime } from "./answer.ts";
import type { ServerContext } from "./context.ts";

/** Where a feature hangs its doors. */
export interface Doors {
  /** Below `/api`: JSON bodies up to 64 kB are parsed, Origin is checked. Use `route()`. */
  router: Router;
  /** Use `realtime.answer(name, handler)`. */
  realtime: Realtime;
  /** Sees each HTTP request before Express; `true`: it answers this one itself. For HLS out of memory. */
  beforeExpress(handler: (request: IncomingMessage, response: ServerResponse) => boolean): void;
  /**
   * Looks first at the address of each plain GET, for what anybody may have who knows it: the whole answer, which lies
   * in memory, or `null`. What it answers, a handler of `beforeExpress` answers alike. See hls/answer-early.ts.
   */
  fromMemory(find: (url: string) => Buffer | null): void;
}

/** What a feature started and must end; all optional. */
export interface Mounted {
  /** After all features are mounted, before the server listens. Long work belongs behind `onConnection` or a timer. */
  start?(): Promise<void>;
  close?(): Promise<void>;
}

/** Every feature exports one `mountX` of this shape and is listed in features/mounted.ts. */
export type Mount = (ctx: ServerContext, doors: Doors) => Mounted | undefined;
