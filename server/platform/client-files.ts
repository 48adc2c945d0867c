/*
 * The built client: hashed assets for ever, each in the smallest coding that the browser takes (the build has made
 * them), and for every other address a page: a stage's own, which names all that its first picture needs, or the
 * common one.
 */
import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import express, { type RequestHandler } from "express";
import { AppError } from "./errors.ts";

const ASSET = /^\/[\w.-]+$/;
const STAGE_PAGE = /^\/e\/[^/]+\/stage\/[^/]+\/?$/;
const CODINGS = [
  { name: "br", ending: ".br" },
  { name: "gzip", ending: ".gz" },
] as const;
const TYPES: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
};

/** `beforePage` runs for pages only, not for what they load. */
export function clientFiles(folder: string, beforePage: RequestHandler): RequestHandler {
  const router = express.Router();
  const assets = join(folder, "assets");
  router.use("/assets", preferCompressed(assets));
  router.use("/assets", express.static(assets, { immutable: true, maxAge: "365d", index: false }));
  router.use("/assets", () => {
    throw AppError.notFound("file");
  });
  router.use(express.static(folder, { index: false, redirect: false, maxAge: "1h" }));
  router.get("/{*path}", beforePage, (request, response) => {
    response.setHeader("Cache-Control", "no-cache");
    const wanted = STAGE_PAGE.test(request.path) ? "stage.html" : "index.html";
    const page = [wanted, "index.html"].find((name) => existsSync(join(folder, name)));
    if (page) return response.sendFile(join(folder, page));
    response.status(503).type("text/plain").send("The client is not built yet: npm run build\n");
  });
  return router;
}

/** Names of assets carry a hash: what is there is looked up once. */
function preferCompressed(folder: string): RequestHandler {
  const known = new Map<string, readonly string[]>();
  const codingsOf = (path: string) => {
    let found = known.get(path);
    if (!found) {
      found = CODINGS.filter(({ ending }) => existsSync(join(folder, `${path}${ending}`))).map(
        ({ name }) => name,
      );
      if (found.length > 0) known.set(path, found);
    }
    return found;
  };
  return (request, response, next) => {
    const type = TYPES[extname(request.path)];
    if (!type || !ASSET.test(request.path)) return next();
    const codings = codingsOf(request.path);
    if (codings.length === 0) return next();
    response.setHeader("Vary", "Accept-Encoding");
    // One by one: asked for the best of several, the browser's order would count, which begins with gzip.
    const coding = CODINGS.find(
      ({ name }) => codings.includes(name) && request.acceptsEncodings(name) === name,
    );
    if (!coding) return next();
    response.setHeader("Content-Encoding", coding.name);
    response.setHeader("Content-Type", type);
    request.url = `${request.path}${coding.ending}`;
    next();
  };
}
