import { io, type Socket } from "socket.io-client";
import {
  type Answer,
  CONTRACT_VERSION,
  type NoticeData,
  type NoticeName,
  notices,
  type RequestData,
  type RequestName,
  type RequestResult,
} from "../../server/contract/realtime.ts";
import { waitFor } from "./wait-for.ts";

export interface SocketOptions {
  cookie?: string;
  contractVersion?: unknown;
  origin?: string;
  transports?: ("websocket" | "polling")[];
  reconnection?: boolean;
}

/** Resolves when connected. @throws the refusal's code */
export async function connectSocket(url: string, options: SocketOptions = {}): Promise<SocketClient> {
  const { cookie, origin } = options;
  const socket = io(url, {
    forceNew: true,
    transports: options.transports ?? ["websocket"],
    reconnection: options.reconnection ?? false,
    auth: { contractVersion: "contractVersion" in options ? options.contractVersion : CONTRACT_VERSION },
    extraHeaders: { ...(cookie ? { cookie } : {}), ...(origin ? { origin } : {}) },
  });
  const client = new SocketClient(socket);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once("connect", resolve);
  socket.once("connect_error", (error) => {
    const { code } = ((error as { data?: { code?: string } }).data ?? {}) as { code?: string };
    reject(new Error(code ?? error.message));
  });
  try {
    await promise;
  } catch (error) {
    socket.close();
    throw error;
  }
  return client;
}

/** A test's socket: requests by name, every notice kept and held against the contract. */
export class SocketClient {
  readonly raw: Socket;
  readonly heard: { name: NoticeName; data: unknown }[] = [];
  readonly faults: string[] = [];

  constructor(raw: Socket) {
    this.raw = raw;
    raw.onAny((name: string, data: unknown) => {
      this.heard.push({ name: name as NoticeName, data });
      const schema = Object.hasOwn(notices, name) ? notices[name as NoticeName] : null;
      const parsed = schema?.safeParse(data);
      if (parsed?.success !== true)
        this.faults.push(`${name}: ${parsed?.error?.message ?? "not in the contract"}`);
    });
  }

  /** The whole acknowledgement. */
  ask<Name extends RequestName>(name: Name, data: RequestData<Name>): Promise<Answer<RequestResult<Name>>> {
    return this.askRaw(name, data) as Promise<Answer<RequestResult<Name>>>;
  }
  /** Whatever name and data. @throws after 12 s without an answer */
  askRaw(name: string, ...data: unknown[]): Promise<Answer<unknown>> {
    return this.raw.timeout(12_000).emitWithAck(name, ...data) as Promise<Answer<unknown>>;
  }
  /** The result. @throws Error with the code of the refusal */
  async request<Name extends RequestName>(name: Name, data: RequestData<Name>): Promise<RequestResult<Name>> {
    const answer = await this.ask(name, data);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.code}`);
    return answer.data;
  }
  /** The code with which a request is refused, or "ok". */
  async codeOf<Name extends RequestName>(name: Name, data: RequestData<Name>): Promise<string> {
    const answer = await this.ask(name, data);
    return answer.ok ? "ok" : answer.error.code;
  }

  all<Name extends NoticeName>(name: Name): NoticeData<Name>[] {
    return this.heard
      .filter((notice) => notice.name === name)
      .map((notice) => notice.data as NoticeData<Name>);
  }
  /** The first such notice that `accept` takes, heard already or soon. */
  heardOf<Name extends NoticeName>(
    name: Name,
    accept: (data: NoticeData<Name>) => boolean = () => true,
  ): Promise<NoticeData<Name>> {
    return waitFor(() => this.all(name).find(accept), { what: `notice ${name}` });
  }

  close(): void {
    this.raw.close();
  }
}
