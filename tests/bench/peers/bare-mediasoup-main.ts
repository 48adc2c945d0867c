/*
 * The child of ./bare-mediasoup.ts, and all there is to it: a worker with a WebRtcServer, a router, one picture and one
 * sound over plain RTP, and for each who asks a transport and two consumers. No rooms, no rights, no supervision.
 */
import { createWorker, type types } from "mediasoup";
import { WebSocketServer } from "ws";
import { routerMediaCodecs } from "../../../server/contract/router-capabilities.ts";
import type { BareRequest, BareSettings } from "./bare-mediasoup.ts";

const { address, ssrcs } = JSON.parse(process.argv[2]!) as BareSettings;
const worker = await createWorker({
  logLevel: "warn",
  ...(process.env.MEDIASOUP_WORKER_BIN ? { workerBin: process.env.MEDIASOUP_WORKER_BIN } : {}),
});
const listenInfo = { ip: address, announcedAddress: address };
const webRtcServer = await worker.createWebRtcServer({
  listenInfos: [
    { protocol: "udp", ...listenInfo },
    { protocol: "tcp", ...listenInfo },
  ],
});
const router = await worker.createRouter({ mediaCodecs: structuredClone([...routerMediaCodecs]) });
const plain = await router.createPlainTransport({
  listenInfo: { protocol: "udp", ip: "127.0.0.1", recvBufferSize: 1 << 20 },
  rtcpMux: false,
  comedia: true,
});
const [video, audio] = await Promise.all([
  plain.produce({
    kind: "video",
    keyFrameRequestDelay: 1_000,
    rtpParameters: {
      codecs: [
        {
          mimeType: "video/H264",
          payloadType: 101,
          clockRate: 90_000,
          parameters: { "packetization-mode": 1, "profile-level-id": "42e01f", "level-asymmetry-allowed": 1 },
          rtcpFeedback: [{ type: "nack", parameter: "pli" }],
        },
      ],
      encodings: [{ ssrc: ssrcs.video }],
    },
  }),
  plain.produce({
    kind: "audio",
    rtpParameters: {
      codecs: [{ mimeType: "audio/opus", payloadType: 100, clockRate: 48_000, channels: 2 }],
      encodings: [{ ssrc: ssrcs.audio }],
    },
  }),
]);
await video.enableTraceEvent(["pli", "fir"]);
video.on("trace", () => process.send!({ type: "makeKeyFrame" }));

async function join({ dtlsParameters, rtpCapabilities }: BareRequest, own: Set<types.WebRtcTransport>) {
  const transport = await router.createWebRtcTransport({ webRtcServer, enableUdp: true, enableTcp: true });
  own.add(transport);
  const consume = (producer: types.Producer) =>
    transport.consume({ producerId: producer.id, rtpCapabilities });
  const [consumers] = await Promise.all([
    Promise.all([consume(video), consume(audio)]),
    transport.connect({ dtlsParameters }),
  ]);
  const { id, iceParameters, iceCandidates } = transport;
  return {
    transport: { id, iceParameters, iceCandidates, dtlsParameters: transport.dtlsParameters },
    consumers: consumers.map(({ kind, rtpParameters }) => ({ kind, rtpParameters })),
  };
}

const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
server.on("connection", (socket) => {
  const own = new Set<types.WebRtcTransport>();
  const leave = () => {
    for (const transport of own) transport.close();
    own.clear();
    return null;
  };
  socket.on("close", leave);
  socket.on("message", (data) => {
    const { n, ...request } = JSON.parse(String(data)) as (BareRequest | { leave: true }) & { n: number };
    const done = "leave" in request ? Promise.resolve(leave()) : join(request, own);
    void done.then((joined) => socket.send(JSON.stringify({ n, joined })));
  });
});
server.on("listening", () => {
  const { tuple, rtcpTuple } = plain;
  process.send!({
    type: "ready",
    workerPid: worker.pid,
    port: (server.address() as { port: number }).port,
    rtp: `127.0.0.1:${tuple.localPort}`,
    rtcp: `127.0.0.1:${rtcpTuple!.localPort}`,
  });
});
process.on("disconnect", () => process.exit());
process.on("SIGTERM", () => process.exit());
