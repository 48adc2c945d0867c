/*
 * Express: security headers, the API below /api, health, and the built client. Errors become answers here only.
 */
import { join } from "node:path";
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from "express";
import helmet from "helmet";
import { pinoHttp } from "pino-http";
import { ROOT_DIR } from "./config.ts";
import { healthRouter } from "./features/health/health.routes.ts";
import { openApiDocument } from "./openapi.ts";
import { clientFiles } from "./platform/client-files.ts";
import type { ServerContext } from "./platform/context.ts";
import { findCookie, makeCookie, makeToken } from "./platform/cookies.ts";
import { AppError, toAppError, toErrorBody } from "./platform/errors.ts";
import { isForeignOrigin } from "./platform/request-origin.ts";

const MAX_JSON_BYTES = "64kb";
const GUEST_COOKIE_SECONDS = 180 * 24 * 3600;
/** Of Sec-Fetch-Site, which pages cannot set: sent by the same origin's page, or by nobody's (an address typed). */
const OWN_SITES: ReadonlySet<unknown> = new Set([undefined, "same-origin", "none"]);
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
const PERMISSIONS =
  "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), " +
  "picture-in-picture=(self), screen-wake-lock=(self), geolocation=(), payment=(), usb=(), serial=(), " +
  "hid=(), midi=(), accelerometer=(), gyroscope=(), magnetometer=(), browsing-topics=()";

/** `router` is mounted below /api. `clientDir`: the built client. */
export function createApp(
  ctx: ServerContext,
  router: Router,
  clientDir = join(ROOT_DIR, "client", "dist"),
): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", ctx.config.trustProxyHops);
  app.set("etag", false);
  app.use(
    pinoHttp({
      logger: ctx.log,
      genReqId: () => makeToken(128),
      customLogLevel: () => "debug",
      serializers: {
        req: (request: { id: unknown; method: unknown; url: string }) => ({
          id: request.id,
          method: request.method,
          path: request.url.split("?")[0],
        }),
        res: (response: { statusCode: unknown }) => ({ status: response.statusCode }),
        err: () => undefined,
      },
    }),
  );
  app.use(securityHeaders(ctx.config.publicUrl));
  app.use(healthRouter(ctx));
  app.use("/api", noStore, refuseForeignOrigin(ctx), giveGuestCookie(ctx));
  app.use("/api", express.json({ limit: MAX_JSON_BYTES, strict: true }));
  app.get("/api/openapi.json", (_request, response) => void response.json(openApiDocument()));
  app.use("/api", router);
  app.use(["/api", "/media", "/socket.io"], () => {
    throw AppError.notFound("address");
  });
  app.use(clientFiles(clientDir, giveGuestCookie(ctx)));
  // Express's own last word is a page of HTML that repeats the address.
  app.use(() => {
    throw AppError.notFound("address");
  });
  app.use(answerError(ctx));
  return app;
}

function securityHeaders(publicUrl: string): RequestHandler {
  const isSecure = publicUrl.startsWith("https:");
  const socketOrigin = new URL(publicUrl).origin.replace(/^http/, "ws");
  const secure = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        scriptSrcAttr: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'"],
        mediaSrc: ["'self'", "blob:"],
        workerSrc: ["'self'", "blob:"],
        // 'self' covers ws: in today's browsers; the second is for older Safari.
        connectSrc: ["'self'", socketOrigin],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        // Nobody frames a page with a camera and a microphone in it.
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isSecure ? { maxAge: 180 * 24 * 3600, includeSubDomains: false } : false,
    crossOriginOpenerPolicy: isSecure ? { policy: "same-origin" } : false,
    originAgentCluster: isSecure,
    xFrameOptions: { action: "deny" },
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: "no-referrer" },
  });
  return (request, response, next) => {
    response.setHeader("Permissions-Policy", PERMISSIONS);
    secure(request, response, next);
  };
}

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader("Cache-Control", "no-store");
  next();
};

function refuseForeignOrigin(ctx: ServerContext): RequestHandler {
  return (request, _response, next) => {
    const isForeign =
      isForeignOrigin(request, ctx.config.publicUrl) || !OWN_SITES.has(request.headers["sec-fetch-site"]);
    if (!SAFE_METHODS.has(request.method) && isForeign)
      throw new AppError("forbidden", "This address only takes requests of its own pages.");
    next();
  };
}

/** The browser's random key; says which messages are the same browser's, and is not kept by us. */
function giveGuestCookie(ctx: ServerContext): RequestHandler {
  const { cookies } = ctx.identities;
  return (request, response, next) => {
    if (findCookie(request.headers.cookie, cookies.guest) === null)
      response.append(
        "Set-Cookie",
        makeCookie(cookies, cookies.guest, { value: makeToken(128), maxAgeSeconds: GUEST_COOKIE_SECONDS }),
      );
    next();
  };
}

function answerError(ctx: ServerContext): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = toAppError(thrown);
    const requestId = String(request.id);
    const door = String(response.locals.door ?? "none");
    ctx.metrics.httpAnswers.inc({ door, code: error.code });
    if (error.code === "internal") ctx.log.error({ err: thrown, requestId, door }, `[http] ${door} failed`);
    if (response.headersSent) return void response.destroy();
    if (error.retryAfterMs !== null) response.setHeader("Retry-After", Math.ceil(error.retryAfterMs / 1000));
    response.setHeader("Cache-Control", "no-store");
    response.status(error.status).json(toErrorBody(error, requestId));
  };
}
