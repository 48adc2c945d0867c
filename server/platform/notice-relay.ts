/*
 * With several server processes, each has some of the sockets: what one tells a channel is passed to the others
 * through Redis. Best effort: without Redis each server's own sockets hear at once as ever, and the rest catch up
 * by their sequence numbers. Rooms and peers are not passed on: every server hears the media node by itself.
 */
import { randomUUID } from "node:crypto";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import { z } from "zod";
import type { NoticeName } from "../contract/realtime.ts";
import type { SendNotice } from "./notifier.ts";

const REDIS_CHANNEL = "torilla:notices";
const RELAYED = /^(?:chat|stage|booth|managers)\//;
const LONGEST_RETRY_MS = 5_000;

const Relayed = z.object({
  from: z.string(),
  channel: z.string(),
  name: z.string(),
  data: z.unknown(),
  except: z.string().optional(),
});

export interface NoticeRelay {
  /** Sends to this server's sockets and passes on to the other servers. Never waits, never throws. */
  send: SendNotice;
  close(): void;
}

/** `deliver` sends to this server's sockets. */
export function createNoticeRelay(options: { url: string; deliver: SendNotice; log: Logger }): NoticeRelay {
  const { url, deliver, log } = options;
  const self = randomUUID();
  const retryStrategy = (attempt: number) =>
    Math.min(LONGEST_RETRY_MS, 100 * 2 ** Math.min(attempt, 10)) * (0.8 + 0.4 * Math.random());
  // What cannot be passed on now is dropped: an old notice is worse than none.
  const outgoing = new Redis(url, { retryStrategy, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
  const incoming = new Redis(url, { retryStrategy, maxRetriesPerRequest: null });
  let isTold = false;
  for (const client of [outgoing, incoming]) {
    client.on("error", (err: Error) => {
      if (!isTold) log.warn({ err }, "[redis] away: notices stay within this server");
      isTold = true;
    });
    client.on("ready", () => {
      if (isTold) log.info("[redis] back");
      isTold = false;
    });
  }
  incoming.on("message", (_channel: string, text: string) => {
    const relayed = parse(text);
    if (relayed === null || relayed.from === self) return;
    deliver(relayed.channel, relayed.name as NoticeName, relayed.data, relayed.except);
  });
  incoming.subscribe(REDIS_CHANNEL).catch(() => {});

  return {
    send(channel, name, data, except) {
      deliver(channel, name, data, except);
      if (!RELAYED.test(channel)) return;
      outgoing
        .publish(REDIS_CHANNEL, JSON.stringify({ from: self, channel, name, data, except }))
        .catch(() => {});
    },
    close() {
      outgoing.disconnect();
      incoming.disconnect();
    },
  };
}

function parse(text: string): z.infer<typeof Relayed> | null {
  try {
    return Relayed.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
