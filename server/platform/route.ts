import type { Request, Response, Router } from "express";
import type { z } from "zod";
import { type HttpDoor, type HttpDoorName, type HttpDoors, httpDoors } from "../contract/http.ts";
import { type Authoriser, createAuthoriser } from "./authorise.ts";
import type { ServerContext } from "./context.ts";
import { HANDLER_DEADLINE_MS, withDeadline } from "./deadline.ts";
import { checkResult, parseInput } from "./parse.ts";
import type { Actor } from "./rights.ts";

export interface RouteRequest<Name extends HttpDoorName> {
  actor: Actor;
  params: z.infer<HttpDoors[Name]["params"]>;
  body: z.infer<HttpDoors[Name]["body"]>;
  /** Must be called by doors whose action is not anyone's; see rights.ts. @throws unauthorised, forbidden */
  authorise: Authoriser["authorise"];
  /** For what belongs to HTTP only (cookies, the address for rate limits). */
  http: { request: Request; response: Response };
}

type RouteHandler<Name extends HttpDoorName> = (
  request: RouteRequest<Name>,
) => Promise<z.infer<HttpDoors[Name]["result"]>>;

/**
 * Mounts a door of the contract: validate → actor → handler (authorise) → answer. Whatever is thrown goes to the error
 * middleware of app.ts. `router` is the one below `/api`.
 */
export function route<Name extends HttpDoorName>(
  ctx: ServerContext,
  router: Router,
  name: Name,
  handler: RouteHandler<Name>,
): void {
  const door: HttpDoor = httpDoors[name];
  router[door.method](door.path, async (request, response) => {
    response.locals.door = name;
    const stopTimer = ctx.metrics.answerSeconds.startTimer({ door: name });
    try {
      const params = parseInput(door.params, request.params) as RouteRequest<Name>["params"];
      const body = parseInput(door.body, request.body ?? {}) as RouteRequest<Name>["body"];
      const actor = await ctx.identities.readActor(request.headers.cookie);
      const authoriser = createAuthoriser(actor, name);
      const work = handler({
        actor,
        params,
        body,
        authorise: authoriser.authorise,
        http: { request, response },
      });
      const result = await withDeadline(work, { ms: HANDLER_DEADLINE_MS, what: name });
      if (!authoriser.wasAsked) throw new Error(`${name} answered without authorise()`);
      if (ctx.isStrict) checkResult(door.result, result, name);
      ctx.metrics.httpAnswers.inc({ door: name, code: "ok" });
      response.json(result);
    } finally {
      stopTimer();
    }
  });
}
