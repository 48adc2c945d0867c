/*
 * The peer of the chat benches: `ws` and nothing else. It speaks as much of the product's protocol as the load needs
 * (handshake, chat:join, chat:send), makes the same entry of each message, encodes its notice once and sends it to
 * each socket. No batches, no database, no rights, no limits, nothing kept. Says its port to its parent, and
 * to each of its messages how many sockets are open.
 */
import { type WebSocket, WebSocketServer } from "ws";

const sockets = new Set<WebSocket>();
let seq = 0;

const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
server.on("listening", () => process.send?.({ port: (server.address() as { port: number }).port }));
server.on("connection", (socket) => {
  socket.send('0{"sid":"bare","upgrades":[],"pingInterval":600000,"pingTimeout":600000,"maxPayload":65536}');
  socket.on("message", (data) => take(socket, String(data)));
  socket.on("close", () => sockets.delete(socket));
});

function take(socket: WebSocket, frame: string): void {
  if (frame.startsWith("40")) {
    sockets.add(socket);
    socket.send('40{"sid":"bare"}');
    return;
  }
  const request = /^42(\d+)(.*)$/s.exec(frame);
  if (request === null) return;
  const [name, data] = JSON.parse(request[2]!) as [string, Record<string, unknown>];
  const result = name === "chat:send" ? post(data) : { entries: [], lastSeq: seq, hasMore: false };
  socket.send(`43${request[1]}${JSON.stringify([{ ok: true, data: result }])}`);
}

function post({ chatId, messageId, nickname, text }: Record<string, unknown>): unknown {
  seq += 1;
  const author = { nickname, role: "attendee", tag: "bareBareBare" };
  const sentAt = new Date().toISOString();
  const entry = { kind: "message", seq, messageId, author, text, sentAt };
  const notice = `42${JSON.stringify(["chat:entriesPosted", { chatId, entries: [entry] }])}`;
  for (const one of sockets) one.send(notice);
  return { entry };
}

process.on("message", () => process.send?.({ sockets: sockets.size }));
process.once("disconnect", () => process.exit(0));
