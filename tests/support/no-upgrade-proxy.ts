/*
 * A reverse proxy of an office network: it passes HTTP requests on and refuses every upgrade. The server behind it may
 * change (a restart); while there is none it answers 502. `close()` ends it.
 */
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export class NoUpgradeProxy {
  /** Port on 127.0.0.1; `null`: no server. */
  targetPort: number | null;
  refusedUpgrades = 0;
  readonly #server: Server;

  static async create(targetPort: number): Promise<NoUpgradeProxy> {
    const proxy = new NoUpgradeProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  private constructor(targetPort: number) {
    this.targetPort = targetPort;
    this.#server = createServer((asked, answer) => this.#pass(asked, answer));
    this.#server.on("upgrade", (_asked, socket) => {
      this.refusedUpgrades += 1;
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, url, headers } = asked;
    if (this.targetPort === null) return void answer.writeHead(502).end();
    const onward = request(
      { port: this.targetPort, host: "127.0.0.1", method, path: url, headers },
      (came) => {
        answer.writeHead(came.statusCode ?? 502, came.headers);
        came.pipe(answer);
        came.on("error", () => answer.destroy());
      },
    );
    onward.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  }
}
