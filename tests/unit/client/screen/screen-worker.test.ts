import { beforeEach, expect, test, vi } from "vitest";
import { listScreenFiles } from "../../../../client/screen-worker-plugin.ts";

/* The service worker in a made-up scope: what it keeps, what it answers, and above all what it leaves alone. */

const ORIGIN = "https://messut.example";
type Listener = (event: Record<string, unknown>) => void;

let listeners: Map<string, Listener>;
let kept: Map<string, Map<string, string>>;
let network: (path: string) => Promise<Response>;

beforeEach(async () => {
  listeners = new Map();
  kept = new Map([["torilla-screen-old", new Map([["/screen", "old page"]])]]);
  network = async (path) => new Response(`network ${path}`);
  const pathOf = (request: string | Request) =>
    new URL(typeof request === "string" ? request : request.url, ORIGIN).pathname;
  vi.stubGlobal("location", { origin: ORIGIN });
  vi.stubGlobal("SCREEN_FILES", ["/assets/screen.js"]);
  vi.stubGlobal("SCREEN_VERSION", "new");
  vi.stubGlobal(
    "Request",
    class extends Request {
      constructor(input: string | Request, init?: RequestInit) {
        super(typeof input === "string" ? new URL(input, ORIGIN) : input, init);
      }
    },
  );
  vi.stubGlobal("fetch", (request: Request) => network(pathOf(request)));
  vi.stubGlobal("caches", {
    open: async (name: string) => {
      const cache = kept.get(name) ?? kept.set(name, new Map()).get(name)!;
      return {
        addAll: async (requests: Request[]) => {
          for (const request of requests)
            cache.set(pathOf(request), await (await network(pathOf(request))).text());
        },
      };
    },
    keys: async () => [...kept.keys()],
    delete: async (name: string) => kept.delete(name),
    match: async (request: string | Request, { cacheName }: { cacheName: string }) => {
      const body = kept.get(cacheName)?.get(pathOf(request));
      return body === undefined ? undefined : new Response(body);
    },
  });
  vi.stubGlobal("self", {
    clients: { claim: async () => {} },
    skipWaiting: async () => {},
    addEventListener: (name: string, listener: Listener) => listeners.set(name, listener),
  });
  vi.resetModules();
  await import("../../../../client/src/features/screen/screen-worker.ts");
  await tell("install");
  await tell("activate");
});

async function tell(name: "install" | "activate"): Promise<void> {
  let done: Promise<unknown> = Promise.resolve();
  listeners.get(name)!({ waitUntil: (promise: Promise<unknown>) => (done = promise) });
  await done;
}

/** What the page is answered; `null`: the worker leaves it to the browser. */
async function ask(path: string, { mode = "cors", method = "GET" } = {}): Promise<string | null> {
  let answer: Promise<Response> | null = null;
  const url = new URL(path, ORIGIN).href;
  listeners.get("fetch")!({
    request: { url, method, mode },
    respondWith: (promise: Promise<Response>) => (answer = promise),
  });
  return answer === null ? null : (await (answer as Promise<Response>)).text();
}
const open = () => ask("/screen", { mode: "navigate" });

test("keeps the page and its files, and forgets what an earlier version kept", () => {
  expect([...kept.keys()]).toEqual(["torilla-screen-new"]);
  expect([...kept.get("torilla-screen-new")!.keys()]).toEqual(["/screen", "/assets/screen.js"]);
});

test("gives the server's page while it answers, and the kept one when it does not, or not well", async () => {
  network = async () => new Response("newer page");
  expect(await open()).toBe("newer page");
  network = () => Promise.reject(new TypeError("Failed to fetch"));
  expect(await open()).toBe("network /screen");
  network = async () => new Response("starting", { status: 503 });
  expect(await open()).toBe("network /screen");
});

test("gives the page's files without asking the network", async () => {
  network = () => Promise.reject(new TypeError("Failed to fetch"));
  expect(await ask("/assets/screen.js")).toBe("network /assets/screen.js");
});

test.each([
  "/api/screen",
  "/media/live/x/main.m3u8",
  "/socket.io/?transport=polling",
  "/assets/manage-page.js",
])("leaves %s to the network", async (path) => {
  expect(await ask(path)).toBeNull();
});

test("leaves other pages, other origins and whatever is no question alone", async () => {
  expect(await ask("/e/messut", { mode: "navigate" })).toBeNull();
  expect(await ask("https://elsewhere.example/assets/screen.js")).toBeNull();
  expect(await ask("/assets/screen.js", { method: "POST" })).toBeNull();
});

test("lists what is reachable without the other pages, with its style sheets and the fonts of our alphabets", () => {
  const chunk = (parts: object) => ({
    type: "chunk" as const,
    isEntry: false,
    facadeModuleId: null,
    imports: [],
    dynamicImports: [],
    ...parts,
  });
  const styled = { importedCss: new Set(["assets/main.css"]), importedAssets: new Set<string>() };
  expect(
    listScreenFiles({
      "assets/main.js": chunk({
        isEntry: true,
        viteMetadata: styled,
        dynamicImports: ["assets/screen.js", "assets/manage.js"],
      }),
      "assets/screen.js": chunk({
        facadeModuleId: "/x/client/src/features/screen/screen-page.tsx",
        imports: ["assets/player.js", "assets/main.js"],
      }),
      "assets/player.js": chunk({ dynamicImports: ["assets/hls.js"] }),
      "assets/hls.js": chunk({}),
      "assets/manage.js": chunk({
        facadeModuleId: "/x/client/src/features/manage/manage-page.tsx",
        imports: ["assets/board.js"],
      }),
      "assets/board.js": chunk({}),
      "assets/main.css": {
        type: "asset",
        source: "a{src:url(/assets/inter-latin-wght-a.woff2)}b{src:url(/assets/inter-greek-wght-b.woff2)}",
      },
    }),
  ).toEqual([
    "/assets/hls.js",
    "/assets/inter-latin-wght-a.woff2",
    "/assets/main.css",
    "/assets/main.js",
    "/assets/player.js",
    "/assets/screen.js",
    "/favicon.svg",
  ]);
});
