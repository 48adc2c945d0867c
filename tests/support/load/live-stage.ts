/*
 * A stage on air without mixer and browsers: the real server process with its PostgreSQL, the real media node with the
 * load client's made-up programme, and a host who opened them. Ended by `close()`.
 */

import { Browser } from "../browser.ts";
import { createFair, createLink } from "../factories.ts";
import { connectSocket, type SocketClient } from "../socket-client.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";
import type { ProgrammeRate } from "./source-mixer.ts";
import { type SourceNode, startSourceNode } from "./source-node.ts";
import type { WebrtcLoad } from "./webrtc-load.ts";

export interface LiveStage {
  server: ServerProcess;
  node: SourceNode;
  stageId: string;
  /** The host's, with its cookies. */
  host: SocketClient;
  /** A visitor's socket, with a guest cookie of its own. */
  visit(): Promise<SocketClient>;
  close(): Promise<void>;
}

export async function openLiveStage(options: {
  core: number;
  source: WebrtcLoad;
  workers?: number;
  rate?: ProgrammeRate;
  /** PostgreSQL counts statements. */
  isCounting?: boolean;
}): Promise<LiveStage> {
  const { core, source, workers = 1, rate, isCounting = false } = options;
  const node = await startSourceNode({ core, source, workers, ...(rate ? { rate } : {}) });
  const server = await startServerProcess({
    core,
    isCounting,
    env: { TORILLA_MEDIA_SOCKET: node.socketPath },
  });
  const { event, stage } = await createFair(server.db);
  const link = await createLink(server.db, { role: "host", eventId: event.id, stageId: stage.id });
  const browser = await new Browser(server.url).open(link);
  const host = await browser.socket();
  const stageId = stage.id;
  await host.request("stage:openRehearsal", { stageId });
  await host.request("stage:goLive", { stageId });
  const visitors: SocketClient[] = [];
  return {
    server,
    node,
    stageId,
    host,
    async visit() {
      const visitor = new Browser(server.url);
      await visitor.call("readSession");
      const socket = await connectSocket(server.url, { cookie: visitor.cookieHeader });
      visitors.push(socket);
      return socket;
    },
    async close() {
      for (const socket of visitors) socket.close();
      browser.close();
      await server.close();
      await node.close();
    },
  };
}
