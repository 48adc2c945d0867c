import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Id, ServedFileName } from "../../contract/ids.ts";
import type { ServerContext } from "../../platform/context.ts";
import { toAppError } from "../../platform/errors.ts";
import { presentShortText } from "../../platform/present.ts";
import { MATERIALS_PATH } from "./booths.present.ts";
import { findFileMaterial } from "./booths.store.ts";

/** What booths may hand out; everything else is sent as bytes to be saved. */
const TYPES: Record<string, { type: string; isInline: boolean }> = {
  pdf: { type: "application/pdf", isInline: true },
  txt: { type: "text/plain; charset=utf-8", isInline: true },
  jpg: { type: "image/jpeg", isInline: true },
  png: { type: "image/png", isInline: true },
};

const SAFETY = {
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
};
const REFUSED = { ...SAFETY, "cache-control": "no-store", "content-length": "0" };

/**
 * `GET /materials/<materialId>/<file>`. The file's name comes from the database only, so that no address reaches
 * beyond `data/materials/`; nothing in it can run as a page of this origin.
 */
export function materialsDoor(ctx: ServerContext) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    if (!path.startsWith(`${MATERIALS_PATH}/`)) return false;
    void serve(ctx, request, response, path).catch((thrown: unknown) => {
      // Mostly who asked is gone.
      if (response.headersSent) return void response.destroy();
      const { code, status } = toAppError(thrown);
      if (code === "internal") ctx.log.error({ err: thrown }, `[http] ${path} failed`);
      response.writeHead(status, REFUSED).end();
    });
    return true;
  };
}

async function serve(
  ctx: ServerContext,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return void response.writeHead(405, { ...REFUSED, allow: "GET, HEAD" }).end();
  const [, , id, name, ...rest] = path.split("/");
  const material =
    Id.safeParse(id).success && rest.length === 0 ? await findFileMaterial(ctx.db, id ?? "") : null;
  const file = ServedFileName.safeParse(material?.url);
  if (!material || !file.success || file.data !== name) return void response.writeHead(404, REFUSED).end();
  const location = join(ctx.config.dataDir, "materials", file.data);
  const found = await stat(location).catch(() => null);
  if (!found?.isFile()) return void response.writeHead(404, REFUSED).end();
  const extension = file.data.split(".").at(-1) ?? "";
  const { type, isInline } = TYPES[extension] ?? { type: "application/octet-stream", isInline: false };
  const title = `${presentShortText(material.title).fi}.${extension}`;
  response.writeHead(200, {
    "content-type": type,
    "content-length": found.size,
    "content-disposition": `${isInline ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(title)}`,
    "cache-control": "private, max-age=300",
    ...SAFETY,
    // A sandboxed PDF is not shown by Chromium's viewer; a PDF runs nothing in this origin anyway.
    ...(extension !== "pdf" && { "content-security-policy": "default-src 'none'; sandbox" }),
  });
  if (request.method === "HEAD") return void response.end();
  await pipeline(createReadStream(location), response);
}
