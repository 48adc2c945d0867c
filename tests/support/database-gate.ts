import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";

export interface DatabaseGate {
  /** The same database, through the gate. */
  url: string;
  /** From here PostgreSQL is away: what is open breaks, what is new is refused. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** From here nothing answers, as with a process that stands still: neither what is open nor what is new. */
  hang(): void;
  /** What is new is answered again; what hung hangs for good. */
  wake(): void;
  close(): Promise<void>;
}

/** A way to a test's database that the test can shut, while the run's other files keep theirs. */
export async function createDatabaseGate(databaseUrl: string): Promise<DatabaseGate> {
  const target = new URL(databaseUrl);
  const folder = target.searchParams.get("host");
  const port = target.port === "" ? 5432 : Number(target.port);
  const sockets = new Set<Socket>();
  const pipes = new Set<readonly [Socket, Socket]>();
  let isHanging = false;
  const server = createServer((client) => {
    if (isHanging) {
      sockets.add(client);
      client.on("error", () => {});
      client.on("close", () => sockets.delete(client));
      return;
    }
    const upstream =
      folder === null ? connect(port, target.hostname) : connect(join(folder, `.s.PGSQL.${port}`));
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const pipe = [client, upstream] as const;
    pipes.add(pipe);
    client.on("close", () => pipes.delete(pipe));
    client.pipe(upstream).pipe(client);
  });
  const listen = (at: number) =>
    new Promise<number>((resolve) => {
      server.listen(at, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
  const gatePort = await listen(0);
  const url = new URL(databaseUrl);
  url.searchParams.delete("host");
  url.hostname = "127.0.0.1";
  url.port = String(gatePort);

  async function shut(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  return {
    url: url.href,
    shut,
    open: async () => void (await listen(gatePort)),
    hang() {
      isHanging = true;
      for (const [client, upstream] of pipes) {
        client.unpipe(upstream);
        upstream.unpipe(client);
        // Read, so that its end is seen.
        client.resume();
      }
      pipes.clear();
    },
    wake() {
      isHanging = false;
    },
    close: async () => {
      if (server.listening) await shut();
    },
  };
}
