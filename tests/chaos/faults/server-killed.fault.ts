import { setTimeout as sleep } from "node:timers/promises";
import { defineFault } from "../../support/chaos/fault.ts";
import { isReady } from "../../support/chaos/standing-load.ts";
import { requirePid } from "../../support/product-processes.ts";
import { waitFor } from "../../support/wait-for.ts";

/** Messages a second while it is killed, so that some are always between commit and acknowledgement. */
const WRITES_PER_SECOND = 40;

export default defineFault({
  name: "server-killed",
  title: "server SIGKILL amid writes",
  bounds: {
    ready: { what: "ready again", unit: "s", atMost: 5 },
    socketsBack: { what: "sockets back and caught up, 99th percentile", unit: "s", atMost: 15 },
    socketsAway: { what: "sockets not back", unit: "%", atMost: 1 },
    webrtcPicture: { what: "picture away, page by WebRTC", unit: "s", atMost: 1.5 },
    viewersPicture: { what: "picture away, worst WebRTC viewer", unit: "s", atMost: 1 },
    viewersSound: { what: "sound away, worst WebRTC viewer", unit: "s", atMost: 1 },
    booth: { what: "picture or sound away, booth", unit: "s", atMost: 1 },
    hlsPicture: { what: "picture away, page by HLS", unit: "s" },
    hlsGap: { what: "gap in the live playlist", unit: "s", atMost: 0 },
    recordingGap: { what: "missing in the recording", unit: "s", atMost: 0.1 },
    stepsBack: { what: "steps back of sequence or date-time", unit: "", atMost: 0 },
    movedToHls: { what: "WebRTC page moved on to HLS", unit: "", atMost: 0 },
    pageErrors: { what: "errors in pages", unit: "", atMost: 0 },
  },
  async strike(load) {
    const { sockets } = load.size;
    load.write(WRITES_PER_SECOND);
    await sleep(1_000 + Math.random() * 500);
    const server = requirePid(load.product, "server");
    const since = await load.begin();
    process.kill(server, "SIGKILL");
    await waitFor(async () => !(await isReady(load.url)), { what: "an end of the server" });
    await waitFor(() => isReady(load.url), { timeoutMs: 60_000, what: "a server that is ready" });
    const ready = (Date.now() - since) / 1000;
    load.write();
    await load.untilWell();
    const run = await load.read(since);
    const away = sockets - run.socketsJoined;
    return {
      ready,
      socketsBack: run.socketsBackS,
      socketsAway: (100 * away) / sockets,
      webrtcPicture: run.pageWebrtcS,
      viewersPicture: run.viewersPictureS,
      viewersSound: run.viewersSoundS,
      booth: run.boothS,
      hlsPicture: run.pageHlsS,
      hlsGap: run.hlsGapS,
      recordingGap: run.recordingGapS,
      stepsBack: run.stepsBack,
      movedToHls: run.movedToHls,
      pageErrors: run.pageErrors,
    };
  },
});
