/*
 * A headless Chromium with one page that nobody inspects while it plays: Playwright has the renderer keep every answer
 * of the network (up to 100 MB and more), which looks as if the page grew. Ended by `close()`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { listDescendants } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

export class UnwatchedPage {
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  readonly #folder: string;
  #lastId = 0;

  /** `storage` is in localStorage before any script of the page runs. */
  static async open(url: string, storage: Record<string, string>): Promise<UnwatchedPage> {
    const folder = mkdtempSync(join(tmpdir(), "torilla-page-"));
    const child = spawn(
      process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
      [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--autoplay-policy=no-user-gesture-required",
        "--window-size=480,360",
        "--remote-debugging-port=0",
        `--user-data-dir=${folder}`,
        "about:blank",
      ],
      { stdio: "ignore" },
    );
    const portFile = join(folder, "DevToolsActivePort");
    await waitFor(() => existsSync(portFile) && readFileSync(portFile, "utf8").includes("\n"), {
      timeoutMs: 30_000,
      what: "Chromium",
    });
    const [port] = readFileSync(portFile, "utf8").split("\n");
    const target = await waitFor(
      async () => {
        const response = await fetch(`http://127.0.0.1:${port}/json`);
        const targets = (await response.json()) as { type: string; webSocketDebuggerUrl: string }[];
        return targets.find(({ type }) => type === "page");
      },
      { what: "a page" },
    );
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, "open");
    const page = new UnwatchedPage(child, socket, folder);
    const kept = JSON.stringify(storage);
    await page.#call("Page.enable");
    await page.#call("Page.addScriptToEvaluateOnNewDocument", {
      source: `if (location.origin !== "null") for (const [key, value] of Object.entries(${kept})) localStorage.setItem(key, value)`,
    });
    await page.#call("Page.navigate", { url });
    return page;
  }

  private constructor(child: ChildProcess, socket: WebSocket, folder: string) {
    this.#child = child;
    this.#socket = socket;
    this.#folder = folder;
  }

  /** Of the page's process, which has the most of Chromium's renderers. */
  get rendererPids(): number[] {
    return listDescendants(this.#child.pid!)
      .filter(({ command }) => command.includes("--type=renderer"))
      .map(({ pid }) => pid);
  }

  /** Bytes of JavaScript after a collection. */
  async heapBytes(): Promise<number> {
    await this.#call("HeapProfiler.collectGarbage");
    return (await this.#call<{ usedSize: number }>("Runtime.getHeapUsage")).usedSize;
  }

  /** The value of an expression in the page. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const answer = await this.#call<{ result: { value: Value } }>("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    return answer.result.value;
  }

  async close(): Promise<void> {
    this.#socket.close();
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #call<Result = unknown>(method: string, params: object = {}): Promise<Result> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), 15_000);
      const take = (data: unknown) => {
        const answer = JSON.parse(String(data)) as { id?: number; result: Result };
        if (answer.id !== id) return;
        clearTimeout(timer);
        this.#socket.off("message", take);
        resolve(answer.result);
      };
      this.#socket.on("message", take);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
