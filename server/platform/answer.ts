/*
 * The socket doors: one table of handlers by request name, and the one place where a request becomes an answer.
 */
import type { Answer, RequestData, RequestName, RequestResult } from "../contract/realtime.ts";
import { requests } from "../contract/realtime.ts";
import { type Authoriser, createAuthoriser } from "./authorise.ts";
import type { Connection } from "./connection.ts";
import type { ServerContext } from "./context.ts";
import { makeToken } from "./cookies.ts";
import { HANDLER_DEADLINE_MS, withDeadline } from "./deadline.ts";
import { AppError, toAppError, toErrorBody } from "./errors.ts";
import { checkResult, parseInput } from "./parse.ts";
import type { Actor } from "./rights.ts";

export interface SocketRequest<Name extends RequestName> {
  data: RequestData<Name>;
  actor: Actor;
  connection: Connection;
  /** Must be called by doors whose action is not anyone's; see rights.ts. @throws unauthorised, forbidden */
  authorise: Authoriser["authorise"];
}
export type AnswerHandler<Name extends RequestName> = (
  request: SocketRequest<Name>,
) => Promise<RequestResult<Name>> | RequestResult<Name>;

/** What a feature's socket doors are mounted on. */
export interface Realtime {
  /** One handler a request. The socket is answered when the handler's promise settles, and only once. */
  answer<Name extends RequestName>(name: Name, handler: AnswerHandler<Name>): void;
}

export interface AnswerTable extends Realtime {
  /** Contract requests that nobody answers; empty in a whole server. */
  missing(): RequestName[];
  /** Answers one request; never throws. `waitMs` until requests are taken again; 0: this one is. */
  take(request: {
    connection: Connection;
    name: unknown;
    data: unknown;
    waitMs: number;
  }): Promise<Answer<unknown>>;
}

export function createAnswerTable(ctx: Pick<ServerContext, "log" | "metrics" | "isStrict">): AnswerTable {
  const handlers = new Map<string, AnswerHandler<never>>();

  async function run(request: { connection: Connection; name: unknown; data: unknown; waitMs: number }) {
    const { connection, name, data, waitMs } = request;
    if (typeof name !== "string" || !isRequestName(name)) throw AppError.badRequest("No such request.");
    const handler = handlers.get(name);
    if (handler === undefined) throw AppError.badRequest("No such request.");
    if (waitMs > 0) throw AppError.tooManyRequests(waitMs);
    const authoriser = createAuthoriser(connection.actor, name);
    const parsed = parseInput(requests[name].data, data) as never;
    const { actor } = connection;
    const work = (async () =>
      handler({ data: parsed, actor, connection, authorise: authoriser.authorise }))();
    const result = await withDeadline<unknown>(work, { ms: HANDLER_DEADLINE_MS, what: name });
    if (!authoriser.wasAsked) throw new Error(`${name} answered without authorise()`);
    if (ctx.isStrict) checkResult(requests[name].result, result, name);
    return result;
  }

  return {
    answer(name, handler) {
      if (handlers.has(name)) throw new Error(`${name} is answered twice`);
      handlers.set(name, handler as AnswerHandler<never>);
    },
    missing: () => (Object.keys(requests) as RequestName[]).filter((name) => !handlers.has(name)),
    async take(request) {
      const known =
        typeof request.name === "string" && isRequestName(request.name) ? request.name : "unknown";
      const stopTimer = ctx.metrics.answerSeconds.startTimer({ door: known });
      try {
        const data = await run(request);
        ctx.metrics.socketAnswers.inc({ request: known, code: "ok" });
        return { ok: true, data };
      } catch (thrown) {
        const error = toAppError(thrown);
        ctx.metrics.socketAnswers.inc({ request: known, code: error.code });
        const requestId = makeToken(128);
        if (error.code === "internal")
          ctx.log.error(
            { err: thrown, requestId, door: known },
            `[socket:${request.connection.id}] ${known} failed`,
          );
        return { ok: false, error: toErrorBody(error, error.code === "internal" ? requestId : undefined) };
      } finally {
        stopTimer();
      }
    },
  };
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}
