import { setTimeout as sleep } from "node:timers/promises";
import { residentBytes } from "../../bench/harness/cpu.ts";
import { defineFault } from "../../support/chaos/fault.ts";
import { SocketLoad } from "../../support/load/socket-load.ts";
import { requirePid } from "../../support/product-processes.ts";

const PER_SECOND = 2_000;
const SECONDS = 5;

export default defineFault({
  name: "flood",
  title: "2,000 messages a second from one socket",
  bounds: {
    sent: { what: "messages that the socket got off", unit: "", atLeast: 1 },
    dropped: { what: "the flood is cut off after", unit: "ms", atMost: 2_000 },
    accepted: { what: "messages of the flood that got through", unit: "", atMost: 6 },
    uncoded: { what: "answers without a code that was foreseen", unit: "", atMost: 0 },
    othersP95: { what: "chat delivery to the others, p95", unit: "ms", atMost: 150 },
    othersRefused: { what: "chat refusals of others", unit: "", atMost: 0 },
    serverLives: { what: "server's process stayed", unit: "", atLeast: 1 },
    growth: { what: "server's memory grown by", unit: "MB", atMost: 50 },
    webrtcPicture: { what: "picture away, page by WebRTC", unit: "s", atMost: 1.5, at: "pages" },
  },
  async strike(load) {
    const server = requirePid(load.product, "server");
    const before = residentBytes(server);
    const flooding = await SocketLoad.start();
    try {
      const chat = { kind: "stage", stageId: load.stageId } as const;
      const group = await flooding.open({ url: load.url, sockets: 1, chat, reconnect: false });
      const since = await load.begin();
      const data = { chatId: `stage:${load.stageId}`, messageId: "$ID", nickname: null, text: "Tulva" };
      const flood = await group.flood({
        socket: 0,
        name: "chat:send",
        data,
        perSecond: PER_SECOND,
        seconds: SECONDS,
      });
      await sleep(2_000);
      const run = await load.read(since);
      const { ok = 0, too_many_requests: refused = 0, unanswered = 0, ...others } = flood.codes;
      return {
        sent: flood.sent,
        dropped: flood.isDropped ? flood.droppedMs : Number.POSITIVE_INFINITY,
        accepted: ok,
        uncoded: refused + ok + unanswered === 0 ? Number.NaN : sumOf(others),
        othersP95: run.chatP95Ms,
        othersRefused: run.chatRefusals,
        serverLives: requirePid(load.product, "server") === server ? 1 : 0,
        growth: (residentBytes(server) - before) / 1e6,
        webrtcPicture: run.pageWebrtcS,
      };
    } finally {
      await flooding.close();
    }
  },
});

function sumOf(codes: Record<string, number>): number {
  return Object.values(codes).reduce((sum, count) => sum + count, 0);
}
