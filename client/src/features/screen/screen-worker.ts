/*
 * The screen's service worker, served as /screen-worker.js for /screen only: a screen that was seen once starts
 * without a network. It keeps the page and its own files, nothing else: API, sockets and media always go to the
 * network, so that nothing old is ever shown as live. `client/screen-worker-plugin.ts` builds it and fills in the list.
 */

interface KeptEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface RequestEvent extends KeptEvent {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
/** What this file needs of ServiceWorkerGlobalScope, whose types and the page's exclude each other. */
interface WorkerScope {
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", listener: (event: KeptEvent) => void): void;
  addEventListener(name: "fetch", listener: (event: RequestEvent) => void): void;
}

declare const SCREEN_FILES: readonly string[];
declare const SCREEN_VERSION: string;

const worker = self as unknown as WorkerScope;
const PREFIX = "torilla-screen-";
const KEPT = PREFIX + SCREEN_VERSION;
const PAGE = "/screen";
/** A network that swallows everything says nothing for minutes; the kept page is as good. */
const PAGE_PATIENCE_MS = 3_000;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(answerPage(request));
  else if (SCREEN_FILES.includes(pathname)) event.respondWith(answerFile(request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(KEPT);
  // Past the browser's own cache: an old page with new files would not start.
  await cache.addAll([PAGE, ...SCREEN_FILES].map((path) => new Request(path, { cache: "reload" })));
}

async function forgetOthers(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== KEPT) await caches.delete(name);
}

/** The server's page, so that a new version comes at once; the kept one when there is no good answer in time. */
async function answerPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PAGE_PATIENCE_MS) });
    if (answer.ok) return answer;
  } catch {
    // No network: what is kept.
  }
  return (await caches.match(PAGE, { cacheName: KEPT })) ?? Response.error();
}

async function answerFile(request: Request): Promise<Response> {
  return (await caches.match(request.url, { cacheName: KEPT })) ?? fetch(request);
}
