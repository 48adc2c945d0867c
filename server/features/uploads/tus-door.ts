import type { IncomingMessage, ServerResponse } from "node:http";
import { EVENTS, Server } from "@tus/server";
import type { RequestHandler } from "express";
import { UPLOADS_PATH } from "../../contract/http.ts";
import type { ServerContext } from "../../platform/context.ts";
import { AppError, toAppError, toErrorBody } from "../../platform/errors.ts";
import { may } from "../../platform/rights.ts";
import { acceptUpload } from "./accept-upload.ts";
import type { ConversionQueue } from "./conversion-queue.ts";
import { tellState } from "./convert-media.ts";
import type { MediaFiles } from "./media-files.ts";
import { UploadStore } from "./upload-store.ts";
import { findMediaOfUpload, updateMedia } from "./uploads.store.ts";

const METHODS = new Set(["POST", "HEAD", "PATCH", "DELETE", "OPTIONS"]);
const UPLOAD_ID = /^[0-9a-f]{32}$/;

/**
 * The resumable upload (tus 1.0) of a presentation's video. Only organisers of the presentation's event; every
 * request is asked, not only the first. Foreign origins were refused before.
 */
export function tusDoor(ctx: ServerContext, files: MediaFiles, queue: ConversionQueue): RequestHandler {
  const store = new UploadStore({ directory: files.uploadsDir });
  const server = new Server({
    path: UPLOADS_PATH,
    datastore: store,
    relativeLocation: true,
    maxSize: ctx.config.uploadMaxBytes,
    disableTerminationForFinishedUploads: true,
    // Same origin only: no CORS header for anybody else.
    allowedOrigins: () => false,
    getFileIdFromRequest: (_request, lastPart) =>
      lastPart !== undefined && UPLOAD_ID.test(lastPart) ? lastPart : undefined,
    onUploadCreate: async (request, upload) => {
      const actor = await ctx.identities.readActor(request.headers.get("cookie") ?? undefined);
      await coded(ctx, acceptUpload(ctx, files, { ...upload, actor }));
      return {};
    },
    onIncomingRequest: async (request, uploadId) => {
      // A POST makes its upload; `onUploadCreate` decides about it.
      if (request.method === "POST") return;
      await coded(ctx, requireOwn(ctx, uploadId, request.headers.get("cookie") ?? undefined));
    },
    onUploadFinish: async (_request, upload) => {
      await coded(ctx, finishUpload(ctx, queue, upload.id));
      return {};
    },
  });
  server.on(EVENTS.POST_TERMINATE, (_request, _response, uploadId) => {
    void ctx.db.media
      .deleteMany({ where: { uploadId, state: "uploading" } })
      .catch((err: unknown) => ctx.log.warn({ err }, `[upload:${uploadId}] its row stays until swept`));
  });
  return async (request, response) => {
    // tus's own GET would hand out what was uploaded.
    if (!METHODS.has(request.method)) throw AppError.notFound("address");
    if (request.method === "PATCH") await receiveBytes(server, store, request, response);
    else await server.handle(request, response);
  };
}

async function receiveBytes(
  server: Server,
  store: UploadStore,
  request: IncomingMessage & { originalUrl: string },
  response: ServerResponse,
): Promise<void> {
  const { method = "", headers } = request;
  const answer = await store.receive(request, (body) =>
    server.handleWeb(
      new Request(new URL(request.originalUrl, "http://localhost"), {
        method,
        headers: Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]),
        body,
        duplex: "half",
      } as RequestInit),
    ),
  );
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(await answer.text());
}

/** Not there and not yours are the same answer. */
async function requireOwn(ctx: ServerContext, uploadId: string, cookies: string | undefined): Promise<void> {
  const actor = await ctx.identities.readActor(cookies);
  if (actor.grants.length === 0) throw AppError.unauthorised();
  const media = UPLOAD_ID.test(uploadId) ? await findMediaOfUpload(ctx.db, uploadId) : null;
  if (!media || !may(actor, "upload.send", { eventId: media.presentation.stage.eventId }))
    throw AppError.notFound("upload");
}

/** The last byte is there: the row and its job in one transaction. Asked again it does nothing. */
async function finishUpload(ctx: ServerContext, queue: ConversionQueue, uploadId: string): Promise<void> {
  await queue.prepare();
  const media = await ctx.db.$transaction(async (tx) => {
    const found = await findMediaOfUpload(tx, uploadId);
    if (found?.state !== "uploading") return null;
    const queued = await updateMedia(tx, found.id, { state: "queued" });
    await queue.add(found.id, tx);
    return queued;
  });
  if (media) tellState(ctx, media);
}

/** tus answers with what is thrown as `{ status_code, body }`; here with the contract's error body. */
async function coded(ctx: ServerContext, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    const error = toAppError(thrown);
    if (error.code === "internal") ctx.log.error({ err: thrown }, "[upload] failed");
    throw { status_code: error.status, body: JSON.stringify(toErrorBody(error)) };
  }
}
