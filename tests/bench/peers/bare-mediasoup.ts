/* Bare mediasoup as a peer: a script that only forwards, in a process of its own. See ./bare-mediasoup-main.ts. */
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { types } from "mediasoup";
import { WebSocket } from "ws";
import { type OfferedMedia, writeOffer } from "../../support/load/session-description.ts";
import { ownAddress, PROGRAMME_RATE } from "../../support/load/source-node.ts";
import type { WebrtcLoad } from "../../support/load/webrtc-load.ts";
import { spawnPinned } from "../harness/spawn-pinned.ts";

export interface BareSettings {
  address: string;
  ssrcs: { video: number; audio: number };
}

export interface BareRequest {
  dtlsParameters: types.DtlsParameters;
  rtpCapabilities: types.RtpCapabilities;
}

interface BareJoined {
  transport: Parameters<typeof writeOffer>[0];
  consumers: Pick<OfferedMedia, "kind" | "rtpParameters">[];
}

type BareMessage =
  | { type: "ready"; workerPid: number; port: number; rtp: string; rtcp: string }
  | { type: "makeKeyFrame" };

/** A connection to it, as a page would keep one. */
export interface BareDoor {
  /** A transport that is connected already, with picture and sound: an SDP offer. */
  join(request: BareRequest): Promise<string>;
  /** Closes what `join` opened here. */
  leave(): Promise<void>;
  close(): void;
}

export interface BareMediasoup {
  pid: number;
  workerPid: number;
  open(): Promise<BareDoor>;
  close(): Promise<void>;
}

export async function startBareMediasoup(core: number | string, source: WebrtcLoad): Promise<BareMediasoup> {
  const settings: BareSettings = { address: ownAddress(), ssrcs: { video: 7_001, audio: 7_002 } };
  const main = fileURLToPath(new URL("./bare-mediasoup-main.ts", import.meta.url));
  const node = spawnPinned({
    core,
    command: process.execPath,
    args: ["--disable-warning=ExperimentalWarning", main, JSON.stringify(settings)],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { NODE_ENV: "production" },
  });
  const id = `bare-${node.pid}`;
  const [ready] = (await once(node.child, "message")) as [Extract<BareMessage, { type: "ready" }>];
  node.child.on("message", (message: BareMessage) => {
    if (message.type === "makeKeyFrame") void source.makeKeyFrame(id);
  });
  const { videoKbps, audioKbps, fps, gopSeconds } = PROGRAMME_RATE;
  const to = { address: ready.rtp, rtcpAddress: ready.rtcp };
  await source.openSource(id, [
    {
      kind: "video",
      ...to,
      payloadType: 101,
      ssrc: settings.ssrcs.video,
      kbps: videoKbps[0]!,
      fps,
      gopSeconds,
    },
    { kind: "audio", ...to, payloadType: 100, ssrc: settings.ssrcs.audio, kbps: audioKbps },
  ]);
  return {
    pid: node.pid,
    workerPid: ready.workerPid,
    open: () => openDoor(ready.port),
    async close() {
      await source.closeSource(id);
      await node.stop();
    },
  };
}

async function openDoor(port: number): Promise<BareDoor> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  await once(socket, "open");
  const waiting = new Map<number, (joined: BareJoined) => void>();
  socket.on("message", (data) => {
    const { n, joined } = JSON.parse(String(data)) as { n: number; joined: BareJoined };
    waiting.get(n)?.(joined);
    waiting.delete(n);
  });
  let last = 0;
  const ask = (request: BareRequest | { leave: true }) => {
    const n = ++last;
    const answered = new Promise<BareJoined>((resolve) => waiting.set(n, resolve));
    socket.send(JSON.stringify({ n, ...request }));
    return answered;
  };
  return {
    async leave() {
      await ask({ leave: true });
    },
    async join(request) {
      const { transport, consumers } = await ask(request);
      return writeOffer(
        transport,
        consumers.map((consumer) => ({ ...consumer, direction: "sendonly" })),
      );
    },
    close: () => socket.close(),
  };
}
