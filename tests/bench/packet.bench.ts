/*
 * What a forwarded packet costs: 120 viewers of a programme of 1.5 Mbit/s and Opus, over UDP and AES-GCM. Ours is the
 * product's media node with its stage and audience room; the peers are a script with bare mediasoup, given the same
 * codecs and feedback (no bandwidth estimation, which would cost it 1.6 to 1.9 times as much), and Janus' streaming
 * plugin. The value is CPU of the process that forwards by packets that arrived.
 */
import { audienceCapabilities } from "../../client/src/room/audience-capabilities.ts";
import { openAudience } from "../support/load/plane-viewers.ts";
import { startSourceNode } from "../support/load/source-node.ts";
import { WebrtcLoad } from "../support/load/webrtc-load.ts";
import { type ForwardingOptions, inTurn, measureForwarding } from "./forwarding.ts";
import { defineBench, type Sample } from "./harness/define-bench.ts";
import { LOAD_CORE, pin, SERVER_CORE } from "./harness/spawn-pinned.ts";
import { startBareMediasoup } from "./peers/bare-mediasoup.ts";
import { startJanus } from "./peers/janus.ts";

export default defineBench({
  name: "packet",
  title: "Forwarding: worker CPU a packet, 120 viewers",
  async run(bench) {
    const [viewers, seconds] = bench.quick ? [20, 3] : [120, 12];
    pin(process.pid, LOAD_CORE);
    const load = await WebrtcLoad.start({ core: LOAD_CORE });
    const source = await WebrtcLoad.start({ core: LOAD_CORE });
    const measure = async (
      options: Pick<ForwardingOptions, "ids" | "pid" | "besidePid">,
    ): Promise<Sample> => {
      const sample = await measureForwarding({ load, seconds, ...options });
      bench.say(sample.text);
      return sample;
    };

    async function ours(): Promise<Sample> {
      const node = await startSourceNode({ core: SERVER_CORE, source });
      const audience = await openAudience(node);
      try {
        const ids = await inTurn(viewers, () => audience.watch(load, { decrypt: "first" }));
        return await measure({ ids, pid: node.workerPids[0]!, besidePid: node.pid });
      } finally {
        await audience.close();
        await node.close();
      }
    }

    async function bareMediasoup(): Promise<Sample> {
      const bare = await startBareMediasoup(SERVER_CORE, source);
      const door = await bare.open();
      try {
        const ids = await inTurn(viewers, async () => {
          const id = crypto.randomUUID();
          const sdp = await door.join({
            dtlsParameters: load.dtlsParameters,
            rtpCapabilities: audienceCapabilities,
          });
          await load.offer({ id, sdp, decrypt: "first" });
          return id;
        });
        return await measure({ ids, pid: bare.workerPid, besidePid: bare.pid });
      } finally {
        door.close();
        await bare.close();
      }
    }

    async function janus(): Promise<Sample> {
      const server = await startJanus({ core: SERVER_CORE, source });
      try {
        const ids = await inTurn(viewers, () => server.watch(load));
        return await measure({ ids, pid: server.pid });
      } finally {
        await server.close();
      }
    }

    const peers = [
      { peerName: "bare mediasoup", peer: bareMediasoup, floor: 1.1, ambition: 1.03 },
      { peerName: "Janus 1.1.2", peer: janus, floor: 0.4, ambition: 0.3 },
    ];
    try {
      for (const { peerName, ...one } of peers) {
        await bench.compare({
          what: `worker CPU per forwarded packet, ${viewers} viewers, next to ${peerName}`,
          unit: "µs",
          peerName,
          ours,
          ...one,
        });
      }
    } finally {
      await load.close();
      await source.close();
    }
  },
});
