/* The child of ./source-node.ts: the media node as media/main.ts makes it, except for its mixers. */
import { LinkServer } from "../../../media/link/link-server.ts";
import { createLog } from "../../../media/log.ts";
import { MediaNode } from "../../../media/media-node.ts";
import { SourceMixer } from "./source-mixer.ts";
import type { SourceNodeMessage, SourceNodeSettings } from "./source-node.ts";

const settings = JSON.parse(process.argv[2]!) as SourceNodeSettings;
const tell = (message: SourceNodeMessage) => void process.send!(message);
const log = createLog("error");
const holder: { link?: LinkServer } = {};
let mixers = 0;

const node = await MediaNode.create({
  nodeId: "source-node",
  dataDir: settings.dataDir,
  programme: {
    widthPx: 1280,
    heightPx: 720,
    fps: settings.rate.fps,
    videoKbps: settings.rate.videoKbps[0]!,
    lowVideoKbps: settings.rate.videoKbps[1]!,
  },
  workers: {
    count: settings.workers,
    bin: process.env.MEDIASOUP_WORKER_BIN,
    listenIp: settings.address,
    announcedAddresses: [settings.address],
    firstPort: 0,
  },
  takeMixer: () => {
    mixers += 1;
    const control = {
      openSource: (id: string, streams: Extract<SourceNodeMessage, { type: "openSource" }>["streams"]) =>
        tell({ type: "openSource", id, streams }),
      makeKeyFrame: (id: string, ssrc: number) => tell({ type: "makeKeyFrame", id, ssrc }),
    };
    return new SourceMixer(control, `${process.pid}-${mixers}`, settings.rate);
  },
  notify: (name, data, bytes) => holder.link?.notify(name, data, bytes),
  log,
});
holder.link = await LinkServer.create({
  address: { socketPath: settings.socketPath },
  secret: null,
  handle: node.handle,
  log,
});
process.on("message", () => tell({ type: "mixers", taken: mixers }));
process.on("disconnect", () => process.exit());
process.on("SIGTERM", () => void node.close().then(() => process.exit()));
tell({ type: "ready", workerPids: node.workerPids });
