/*
 * What a packet costs mediasoup's worker to send: unencrypted, with AES-CM-128-HMAC-SHA1-80, with AEAD-AES-256-GCM.
 * A libsrtp without OpenSSL shows as CM80 costing far more than GCM (Debian's own: 2.5 times); the bound is 1.25.
 * Run: MEDIASOUP_WORKER_BIN=… node tests/bench/srtp-cost.ts [seconds per measurement]
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { createWorker } from "mediasoup";
import type { Consumer, Router, SrtpCryptoSuite, SrtpParameters, Worker } from "mediasoup/types";

const CONSUMERS = 60;
const PACKETS_PER_SECOND = 200;
const PAYLOAD_BYTES = 1_150;
const MAX_RATIO = 1.25;
const seconds = Number(process.argv[2] ?? 5);

const PLAIN = "none";
type Suite = typeof PLAIN | Extract<SrtpCryptoSuite, "AES_CM_128_HMAC_SHA1_80" | "AEAD_AES_256_GCM">;

/** Master key and salt of each suite, bytes together (RFC 3711, RFC 7714). */
const KEY_BYTES = { AES_CM_128_HMAC_SHA1_80: 30, AEAD_AES_256_GCM: 44 } as const;

function srtpParametersOf(suite: Exclude<Suite, typeof PLAIN>): SrtpParameters {
  return { cryptoSuite: suite, keyBase64: Buffer.alloc(KEY_BYTES[suite], 7).toString("base64") };
}

function makeRtpPacket(sequence: number): Buffer {
  const packet = Buffer.alloc(12 + PAYLOAD_BYTES, 0x55);
  packet.writeUInt8(0x80, 0);
  packet.writeUInt8(100, 1);
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE((sequence * 960) >>> 0, 4);
  packet.writeUInt32BE(1111, 8);
  return packet;
}

async function bindSink(): Promise<Socket> {
  const sink = createSocket("udp4");
  sink.bind(0, "127.0.0.1");
  await once(sink, "listening");
  return sink;
}

async function addConsumer(
  router: Router,
  producerId: string,
  suite: Suite,
  port: number,
): Promise<Consumer> {
  const listenInfo = { protocol: "udp", ip: "127.0.0.1" } as const;
  const isPlain = suite === PLAIN;
  const transport = await router.createPlainTransport(
    isPlain ? { listenInfo } : { listenInfo, enableSrtp: true, srtpCryptoSuite: suite },
  );
  await transport.connect({
    ip: "127.0.0.1",
    port,
    ...(isPlain ? {} : { srtpParameters: srtpParametersOf(suite) }),
  });
  return transport.consume({ producerId, rtpCapabilities: router.rtpCapabilities });
}

async function cpuMicroseconds(worker: Worker): Promise<number> {
  const { ru_utime, ru_stime } = await worker.getResourceUsage();
  return (ru_utime + ru_stime) * 1_000;
}

/** Microseconds of the worker's CPU for one packet sent. */
async function measure(suite: Suite): Promise<number> {
  const worker = await createWorker({ logLevel: "warn" });
  const sink = await bindSink();
  try {
    const codec = { kind: "audio", mimeType: "audio/opus", clockRate: 48_000, channels: 2 } as const;
    const router = await worker.createRouter({ mediaCodecs: [{ ...codec, preferredPayloadType: 100 }] });
    const direct = await router.createDirectTransport();
    const producer = await direct.produce({
      kind: "audio",
      rtpParameters: {
        codecs: [{ mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2 }],
        encodings: [{ ssrc: 1111 }],
      },
    });
    const { port } = sink.address();
    const consumers: Consumer[] = [];
    for (let i = 0; i < CONSUMERS; i += 1)
      consumers.push(await addConsumer(router, producer.id, suite, port));

    let sequence = 0;
    const sendFor = async (durationMs: number) => {
      const startedAt = performance.now();
      const first = sequence;
      while (performance.now() - startedAt < durationMs) {
        const due = first + ((performance.now() - startedAt) / 1_000) * PACKETS_PER_SECOND;
        while (sequence < due) producer.send(makeRtpPacket(sequence++));
        await sleep(5);
      }
    };
    await sendFor(1_000);
    const countSent = async () => {
      const stats = await Promise.all(consumers.map((consumer) => consumer.getStats()));
      return stats.flat().reduce((sum, s) => sum + (s.type === "outbound-rtp" ? s.packetCount : 0), 0);
    };
    const [cpuBefore, sentBefore] = [await cpuMicroseconds(worker), await countSent()];
    await sendFor(seconds * 1_000);
    const [cpuAfter, sentAfter] = [await cpuMicroseconds(worker), await countSent()];
    return (cpuAfter - cpuBefore) / (sentAfter - sentBefore);
  } finally {
    sink.close();
    worker.close();
  }
}

const cost: Partial<Record<Suite, number>> = {};
for (const suite of [PLAIN, "AEAD_AES_256_GCM", "AES_CM_128_HMAC_SHA1_80"] as const) {
  cost[suite] = await measure(suite);
  console.log(`${suite.padEnd(24)} ${cost[suite]?.toFixed(2)} µs a packet`);
}
const ratio = (cost.AES_CM_128_HMAC_SHA1_80 ?? Number.NaN) / (cost.AEAD_AES_256_GCM ?? Number.NaN);
console.log(`CM80 / GCM-256: ${ratio.toFixed(2)} (at most ${MAX_RATIO})`);
if (!(ratio <= MAX_RATIO)) process.exitCode = 1;
