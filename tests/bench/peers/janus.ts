/*
 * Janus (Debian's package, 1.1.2) with its streaming plugin as a peer: one mountpoint that is fed the same RTP, each
 * viewer a handle. ICE lite, as mediasoup is; libnice gathers no loopback addresses, so all of them use the machine's own.
 */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { requirePackages } from "../../load/set-up.ts";
import { findFreePort } from "../../support/free-port.ts";
import { ownAddress, PROGRAMME_RATE } from "../../support/load/source-node.ts";
import type { WebrtcLoad } from "../../support/load/webrtc-load.ts";
import { waitFor } from "../../support/wait-for.ts";
import { spawnPinned } from "../harness/spawn-pinned.ts";

const MODULES = "/usr/lib/x86_64-linux-gnu/janus";
const MOUNTPOINT = 1;

interface RtpPorts {
  audio: number;
  video: number;
}

/** Even UDP ports below Linux's ephemeral range and the product's own. */
function pickRtpPorts(): RtpPorts {
  const audio = 12_000 + 4 * randomInt(1_500);
  return { audio, video: audio + 2 };
}

interface Message {
  janus: string;
  transaction?: string;
  sender?: number;
  data?: { id: number };
  jsep?: { type: string; sdp: string };
  error?: { reason: string };
  plugindata?: { data?: { error?: string } };
}

export interface Janus {
  pid: number;
  /** Attaches a handle, watches the mountpoint, answers its offer. Resolves with the viewer's id. */
  watch(load: WebrtcLoad): Promise<string>;
  close(): Promise<void>;
}

export async function startJanus(options: {
  core: number;
  source: WebrtcLoad;
  eventLoops?: number;
}): Promise<Janus> {
  await requirePackages(["janus"]);
  const { core, source, eventLoops = 0 } = options;
  const folder = mkdtempSync(join(tmpdir(), "torilla-janus-"));
  const port = await findFreePort();
  const ports = pickRtpPorts();
  writeSettings(folder, { port, ports, eventLoops });
  const server = spawnPinned({
    core,
    // It would outlive a bench that is killed.
    command: "setpriv",
    args: ["--pdeathsig", "KILL", "janus", "-F", folder, "-C", join(folder, "janus.jcfg"), "-o"],
    stdio: ["ignore", "ignore", "ignore"],
  });
  const { videoKbps, audioKbps, fps, gopSeconds } = PROGRAMME_RATE;
  const id = `janus-${server.pid}`;
  await source.openSource(id, [
    {
      kind: "video",
      address: `127.0.0.1:${ports.video}`,
      payloadType: 101,
      ssrc: 8_001,
      kbps: videoKbps[0]!,
      fps,
      gopSeconds,
    },
    {
      kind: "audio",
      address: `127.0.0.1:${ports.audio}`,
      payloadType: 100,
      ssrc: 8_002,
      kbps: audioKbps,
    },
  ]);
  const socket = await waitFor(() => openSocket(port), { what: "Janus' WebSocket" });
  const door = new JanusDoor(socket);
  const { data: session } = await door.ask({ janus: "create" });
  return {
    pid: server.pid,
    watch: (load) => watch(door, session!.id, load),
    async close() {
      socket.close();
      await source.closeSource(id);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function watch(door: JanusDoor, session: number, load: WebrtcLoad): Promise<string> {
  const { data } = await door.ask({ janus: "attach", session_id: session, plugin: "janus.plugin.streaming" });
  const handle = data!.id;
  const offered = door.offerTo(handle);
  const message = { janus: "message", session_id: session, handle_id: handle };
  await door.ask({ ...message, body: { request: "watch", id: MOUNTPOINT } });
  const id = crypto.randomUUID();
  const answer = await load.offer({ id, sdp: await offered, decrypt: "first" });
  await door.ask({ ...message, body: { request: "start" }, jsep: { type: "answer", sdp: answer } });
  return id;
}

/** Its JSON over one WebSocket: requests are answered at once, offers follow as events of their handle. */
class JanusDoor {
  readonly #socket: WebSocket;
  readonly #answers = new Map<string, PromiseWithResolvers<Message>>();
  readonly #offers = new Map<number, PromiseWithResolvers<string>>();
  #last = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data) => this.#take(JSON.parse(String(data)) as Message));
  }

  ask(request: Record<string, unknown>): Promise<Message> {
    this.#last += 1;
    const transaction = String(this.#last);
    const answer = Promise.withResolvers<Message>();
    this.#answers.set(transaction, answer);
    this.#socket.send(JSON.stringify({ ...request, transaction }));
    return answer.promise;
  }

  offerTo(handle: number): Promise<string> {
    const offer = Promise.withResolvers<string>();
    // Told by the request that failed.
    offer.promise.catch(() => {});
    this.#offers.set(handle, offer);
    return offer.promise;
  }

  #take(message: Message): void {
    const fault = message.error?.reason ?? message.plugindata?.data?.error;
    const answer = this.#answers.get(message.transaction ?? "");
    if (fault) answer?.reject(new Error(`Janus: ${fault}`));
    else answer?.resolve(message);
    const offer = this.#offers.get(message.sender ?? 0);
    if (fault) offer?.reject(new Error(`Janus: ${fault}`));
    else if (message.jsep) offer?.resolve(message.jsep.sdp);
  }
}

async function openSocket(port: number): Promise<WebSocket | null> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, "janus-protocol");
  try {
    await once(socket, "open");
    return socket;
  } catch {
    return null;
  }
}

function writeSettings(
  folder: string,
  { port, ports, eventLoops }: { port: number; ports: RtpPorts; eventLoops: number },
): void {
  const address = ownAddress();
  writeFileSync(
    join(folder, "janus.jcfg"),
    `general: {
  configs_folder = "${folder}"
  plugins_folder = "${MODULES}/plugins"
  transports_folder = "${MODULES}/transports"
  events_folder = "${MODULES}/events"
  loggers_folder = "${MODULES}/loggers"
  debug_level = 2
  session_timeout = 0
  ${eventLoops > 0 ? `event_loops = ${eventLoops}` : ""}
}
media: { rtp_port_range = "40000-49999" }
nat: { ice_lite = true, ice_enforce_list = "${address}", full_trickle = false }
plugins: { disable = "${["audiobridge", "duktape", "echotest", "lua", "nosip", "recordplay", "sip", "textroom", "videocall", "videoroom", "voicemail"].map((name) => `libjanus_${name}.so`).join(",")}" }
transports: { disable = "${["http", "mqtt", "nanomsg", "pfunix", "rabbitmq"].map((name) => `libjanus_${name}.so`).join(",")}" }
`,
  );
  writeFileSync(
    join(folder, "janus.transport.websockets.jcfg"),
    `general: { json = "compact", ws = true, ws_port = ${port}, ws_ip = "127.0.0.1", wss = false }\nadmin: { admin_ws = false, admin_wss = false }\n`,
  );
  writeFileSync(
    join(folder, "janus.plugin.streaming.jcfg"),
    `programme: {
  type = "rtp"
  id = ${MOUNTPOINT}
  media = (
    { type = "audio", mid = "a", port = ${ports.audio}, pt = 100, codec = "opus" },
    { type = "video", mid = "v", port = ${ports.video}, pt = 101, codec = "h264", fmtp = "profile-level-id=42e01f;packetization-mode=1" }
  )
}
`,
  );
}
