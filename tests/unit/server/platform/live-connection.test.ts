import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { ChannelTable } from "../../../../server/platform/channel-table.ts";
import { LiveConnection, type TorillaSocket } from "../../../../server/platform/live-connection.ts";

/** As much of socket.io's socket as a connection touches; what it is written stays unsent. */
function unreadSocket(kind: "websocket" | "polling") {
  const network = {
    writable: true,
    writableLength: 0,
    write(frame: Buffer) {
      network.writableLength += frame.length;
      return false;
    },
  };
  const conn = {
    readyState: "open",
    writeBuffer: [] as { data: string }[],
    transport: { name: kind, writable: kind === "websocket", socket: { _socket: network } },
    write: (packet: string) => void conn.writeBuffer.push({ data: packet }),
    close() {
      conn.readyState = "closing";
      socket.connected = false;
      socket.emit("disconnect");
    },
  };
  const socket = Object.assign(new EventEmitter(), { id: "s", connected: true, conn, data: {} });
  return { network, conn, socket };
}

const text = "x".repeat(300);

test.each(["websocket", "polling"] as const)(
  "a socket by %s that never reads is dropped, and nothing more is kept for it",
  (kind) => {
    const { conn, network, socket } = unreadSocket(kind);
    const channels = new ChannelTable<LiveConnection>();
    const connection = new LiveConnection(socket as unknown as TorillaSocket, channels);
    let isGone = false;
    connection.onGone(() => {
      isGone = true;
    });
    connection.join("chat");
    for (let n = 0; n < 20_000 && !isGone; n++)
      channels.tell("chat", { name: "chat:entriesPosted", data: { text } });
    expect(isGone).toBe(true);
    expect(conn.readyState).toBe("closing");
    const kept = network.writableLength + conn.writeBuffer.map(({ data }) => data).join("").length;
    expect(kept).toBeGreaterThan(500_000);
    expect(kept).toBeLessThan(1_200_000);
    expect(connection.isIn("chat")).toBe(false);
  },
);
