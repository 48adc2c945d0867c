/*
 * From asking for the room to the first whole key frame, 120 viewers at once: ours through the real server process
 * (socket, rights, link, media node), the peer a script with bare mediasoup behind a bare WebSocket. Both are asked
 * once, with the certificate's fingerprint in the question. A key frame is made on request, at most once a second, and
 * every two seconds anyway, so that each pair begins at its own instant of that second.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { audienceCapabilities } from "../../client/src/room/audience-capabilities.ts";
import { openLiveStage } from "../support/load/live-stage.ts";
import { WebrtcLoad } from "../support/load/webrtc-load.ts";
import { watchProgramme } from "../support/load/webrtc-viewers.ts";
import { defineBench, type Sample } from "./harness/define-bench.ts";
import { LOAD_CORE, pin, SERVER_CORE } from "./harness/spawn-pinned.ts";
import { median, percentile } from "./harness/statistics.ts";
import { startBareMediasoup } from "./peers/bare-mediasoup.ts";

/** Who asks again at another instant of the programme's second: of key frames the one is early, the other late. */
const ROUNDS = 3;

export default defineBench({
  name: "join",
  title: "Entering: first whole key frame, 120 viewers at once",
  async run(bench) {
    const viewers = bench.quick ? 20 : 120;
    pin(process.pid, LOAD_CORE);
    const load = await WebrtcLoad.start({ core: LOAD_CORE });
    const source = await WebrtcLoad.start({ core: LOAD_CORE });
    const stage = await openLiveStage({ core: SERVER_CORE, source });
    const { stageId } = stage;
    const bare = await startBareMediasoup(SERVER_CORE, source);
    const sockets = await Promise.all(Array.from({ length: viewers }, () => stage.visit()));
    const doors = await Promise.all(Array.from({ length: viewers }, () => bare.open()));
    const connected = { ours: [] as number[], peer: [] as number[] };

    /** All at once, `ROUNDS` times; p95 of all of them, in milliseconds. */
    async function enter(
      side: keyof typeof connected,
      watch: (index: number) => Promise<Watching>,
    ): Promise<Sample> {
      const waits: number[] = [];
      const connects: number[] = [];
      const before = (await load.stats()).cpuSeconds;
      for (let round = 0; round < (bench.quick ? 1 : ROUNDS); round += 1) {
        await sleep(1_500 + Math.random() * 1_000);
        await Promise.all(
          sockets.map(async (_, index) => {
            const { id, askedAtMs } = await watch(index);
            waits.push((await load.picture(id)) - askedAtMs);
            connects.push((await load.connected(id)) - askedAtMs);
          }),
        );
        await load.closePeers();
        const roomId = `audience:${stageId}`;
        if (side === "ours")
          await Promise.all(sockets.map((socket) => socket.request("room:leave", { roomId })));
        else await Promise.all(doors.map((door) => door.leave()));
      }
      connected[side].push(percentile(connects, 0.95));
      const text = [0.5, 0.95, 1].map((rank) => `${Math.round(percentile(waits, rank))}`).join(" / ");
      bench.say(
        `    ${side}: p50 / p95 / max ${text} ms; DTLS p95 ${Math.round(percentile(connects, 0.95))} ms`,
      );
      return { value: percentile(waits, 0.95), loadCpu: (await load.stats()).cpuSeconds - before };
    }

    const watchOurs = (index: number) => watchProgramme(load, sockets[index]!, { stageId, decrypt: "first" });
    const watchBare = async (index: number): Promise<Watching> => {
      const id = crypto.randomUUID();
      const askedAtMs = performance.timeOrigin + performance.now();
      const sdp = await doors[index]!.join({
        dtlsParameters: load.dtlsParameters,
        rtpCapabilities: audienceCapabilities,
      });
      await load.offer({ id, sdp, decrypt: "first" });
      return { id, askedAtMs };
    };

    try {
      await bench.compare({
        what: `from asking for the room to the first whole key frame, ${viewers} at once, p95`,
        unit: "ms",
        floor: 1.3,
        ambition: 1.1,
        peerName: "bare mediasoup",
        ours: () => enter("ours", watchOurs),
        peer: () => enter("peer", watchBare),
        pairs: 5,
      });
      bench.record({
        what: `of it until DTLS is done, p95 (bare mediasoup ${Math.round(median(connected.peer))} ms)`,
        unit: "ms",
        value: median(connected.ours),
        floor: null,
        ambition: null,
      });
    } finally {
      for (const door of doors) door.close();
      await bare.close();
      await stage.close();
      await load.close();
      await source.close();
    }
  },
});

type Watching = Pick<Awaited<ReturnType<typeof watchProgramme>>, "id" | "askedAtMs">;
