import type { z } from "zod";
import type { ErrorBody } from "../../server/contract/errors.ts";
import { type HttpDoor, type HttpDoorName, type HttpDoors, httpDoors } from "../../server/contract/http.ts";
import { connectSocket, type SocketClient, type SocketOptions } from "./socket-client.ts";

type Body<Name extends HttpDoorName> = z.input<HttpDoors[Name]["body"]>;
type Result<Name extends HttpDoorName> = z.infer<HttpDoors[Name]["result"]>;
export interface CallOptions<Name extends HttpDoorName> {
  params?: Record<string, string>;
  body?: Body<Name>;
}

/** A visitor with a cookie jar: HTTP doors by name, sockets with its cookies. */
export class Browser {
  readonly url: string;
  readonly cookies = new Map<string, string>();
  readonly #sockets: SocketClient[] = [];

  constructor(url: string) {
    this.url = url;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Any request below this origin; the cookies that come back are kept. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0) headers.set("cookie", this.cookieHeader);
    const response = await fetch(new URL(path, this.url), { redirect: "manual", ...init, headers });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    return response;
  }

  /** A door's result. @throws Error with the code when the door refuses */
  async call<Name extends HttpDoorName>(name: Name, options: CallOptions<Name> = {}): Promise<Result<Name>> {
    const response = await this.send(name, options);
    const body: unknown = await response.json();
    if (!response.ok) throw new Error(`${name}: ${response.status} ${(body as ErrorBody).code}`);
    return body as Result<Name>;
  }

  /** The code with which a door refuses, or "ok". */
  async codeOf<Name extends HttpDoorName>(name: Name, options: CallOptions<Name> = {}): Promise<string> {
    const response = await this.send(name, options);
    const body = (await response.json()) as { code?: string };
    return response.ok ? "ok" : (body.code ?? `status ${response.status}`);
  }

  send<Name extends HttpDoorName>(name: Name, options: CallOptions<Name> = {}): Promise<Response> {
    const door: HttpDoor = httpDoors[name];
    const path = door.path.replace(
      /:([A-Za-z]+)/g,
      (_match, key: string) => options.params?.[key] ?? "missing",
    );
    return this.fetch(`/api${path}`, {
      method: door.method.toUpperCase(),
      ...(options.body === undefined
        ? {}
        : { body: JSON.stringify(options.body), headers: { "content-type": "application/json" } }),
    });
  }

  /** Opens a join link: from here on this browser holds its right. */
  async open(link: { token: string }): Promise<this> {
    await this.call("openLink", { body: { token: link.token } });
    return this;
  }

  /** A socket with this browser's cookies (it gets its guest cookie first). Closed with the test server. */
  async socket(options: Omit<SocketOptions, "cookie"> = {}): Promise<SocketClient> {
    if (this.cookies.size === 0) await this.call("readSession");
    const socket = await connectSocket(this.url, { ...options, cookie: this.cookieHeader });
    this.#sockets.push(socket);
    return socket;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #keep(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split(";");
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals);
    if (attributes.some((attribute) => attribute.trim() === "Max-Age=0")) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(equals + 1));
  }
}
