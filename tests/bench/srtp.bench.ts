/*
 * What the two SRTP profiles that browsers choose from cost next to each other: AES-CM-128-HMAC-SHA1-80 (older devices
 * and servers) and AES-GCM. A libsrtp without OpenSSL shows as CM80 costing far more than GCM (Debian's own: 2.5 times).
 */
import { openAudience } from "../support/load/plane-viewers.ts";
import { startSourceNode } from "../support/load/source-node.ts";
import { WebrtcLoad } from "../support/load/webrtc-load.ts";
import { inTurn, measureForwarding } from "./forwarding.ts";
import { defineBench, type Sample } from "./harness/define-bench.ts";
import { LOAD_CORE, pin, SERVER_CORE } from "./harness/spawn-pinned.ts";

export default defineBench({
  name: "srtp",
  title: "SRTP: CM80 next to GCM, 120 viewers",
  async run(bench) {
    const [viewers, seconds] = bench.quick ? [20, 3] : [120, 12];
    pin(process.pid, LOAD_CORE);
    const load = await WebrtcLoad.start({ core: LOAD_CORE });
    const source = await WebrtcLoad.start({ core: LOAD_CORE });
    const node = await startSourceNode({ core: SERVER_CORE, source });
    const audience = await openAudience(node);

    async function forward(profile: "gcm" | "cm80"): Promise<Sample> {
      const ids = await inTurn(viewers, () =>
        audience.watch(load, { profiles: [profile], decrypt: "first" }),
      );
      const sample = await measureForwarding({ load, ids, pid: node.workerPids[0]!, seconds });
      bench.say(sample.text);
      for (const peerId of ids) {
        await audience.link.request("room:leave", { roomId: `audience:${audience.stageId}`, peerId });
      }
      return sample;
    }

    try {
      await bench.compare({
        what: `worker CPU per forwarded packet with AES-CM-128-HMAC-SHA1-80, ${viewers} viewers, next to AES-128-GCM`,
        unit: "µs",
        floor: 1.25,
        ambition: null,
        peerName: "GCM",
        ours: () => forward("cm80"),
        peer: () => forward("gcm"),
      });
    } finally {
      await audience.close();
      await node.close();
      await load.close();
      await source.close();
    }
  },
});
