/*
 * What must not grow with the audience: a stage is on air with a presenter in its backstage, 1,000 viewers enter within
 * 25 seconds and stay, next to 50 who do. Real server process, real media node, all viewers over WebRTC with a socket
 * of their own; the programme is thin (20 packets a second), so that one core carries 1,000 of them.
 * Counted at the presenter: datagrams and socket notices; at the mixer: key frames asked for; at the node: mixers.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { audienceCapabilities } from "../../client/src/room/audience-capabilities.ts";
import { type LiveStage, openLiveStage } from "../support/load/live-stage.ts";
import { writeConsumersOffer } from "../support/load/session-description.ts";
import { SocketLoad } from "../support/load/socket-load.ts";
import { WebrtcLoad, type WebrtcStats } from "../support/load/webrtc-load.ts";
import { makePresenterFiles, present } from "../support/load/webrtc-presenter.ts";
import { drawMoving, GREEN } from "../support/rtp-feeder.ts";
import { sum } from "./forwarding.ts";
import { defineBench } from "./harness/define-bench.ts";
import { LOAD_CORE, pin, SERVER_CORE } from "./harness/spawn-pinned.ts";
import { median } from "./harness/statistics.ts";

const THIN = { videoKbps: [60, 30], audioKbps: 8, audioPacketsPerSecond: 10, fps: 5, gopSeconds: 2 };
const STEPS = 40;

interface Growth {
  packets: number;
  notices: number;
  keyFrames: number;
  mixers: number;
}

export default defineBench({
  name: "growth-media",
  title: "Growth: 1,000 viewers next to 50",
  async run(bench) {
    const [many, few, enterSeconds, staySeconds] = bench.quick ? [40, 10, 4, 2] : [1_000, 50, 25, 5];
    pin(process.pid, LOAD_CORE);
    const folder = mkdtempSync(join(tmpdir(), "torilla-growth-"));
    const load = await WebrtcLoad.start({ core: LOAD_CORE });
    const source = await WebrtcLoad.start({ core: LOAD_CORE });
    const sockets = await SocketLoad.start({ core: LOAD_CORE });
    const stage = await openLiveStage({ core: SERVER_CORE, source, rate: THIN });
    const files = await makePresenterFiles(folder, {
      widthPx: 320,
      heightPx: 180,
      fps: 15,
      frames: 150,
      kbps: 200,
      draw: drawMoving(GREEN),
    });
    const room = { kind: "backstage", stageId: stage.stageId } as const;
    const presenter = await present(load, stage.host, { room, files, displayName: "Aino" });
    await load.connected(presenter.id);

    /** What the presenter, the mixer and the node had of it, a second. */
    async function measure(viewers: number): Promise<Growth> {
      const group = await sockets.open({
        url: stage.server.url,
        sockets: viewers,
        watch: { stageId: stage.stageId, isCounted: true },
      });
      await sleep(1_500);
      await load.reset();
      const before = await look(stage, { load, source, presenterId: presenter.id });
      const began = performance.now();
      const ids = await enter(group, viewers);
      await Promise.all(ids.map((id) => load.picture(id)));
      const entered = performance.now() - began;
      await sleep(staySeconds * 1_000);
      const seconds = (performance.now() - began) / 1_000;
      const after = await look(stage, { load, source, presenterId: presenter.id });
      const { peers } = await load.stats({ group: "viewers" });
      const [received, lost] = [
        sum(peers.map((one) => one.video.packets + one.audio.packets)),
        sum(peers.map((one) => one.video.lost + one.audio.lost)),
      ];
      await load.closePeers({ group: "viewers" });
      await group.request([...ids.keys()], "room:leave", { roomId: `audience:${stage.stageId}` });
      await group.close();
      const growth = {
        packets: (after.packets - before.packets) / seconds,
        notices: (after.notices - before.notices) / seconds,
        keyFrames: (after.keyFrames - before.keyFrames) / seconds,
        mixers: after.mixers,
      };
      bench.say(
        `    ${viewers} viewers in within ${(entered / 1_000).toFixed(1)} s, ${lost} of ${received} packets lost; a second: ${growth.packets.toFixed(2)} packets and ${growth.notices.toFixed(2)} notices to the presenter, ${growth.keyFrames.toFixed(2)} key frames asked for; ${growth.mixers} mixer`,
      );
      return growth;
    }

    async function enter(group: Awaited<ReturnType<SocketLoad["open"]>>, viewers: number): Promise<string[]> {
      const began = performance.now();
      const ids: string[] = [];
      for (let step = 0; step < STEPS; step += 1) {
        const due = Math.round((viewers * (step + 1)) / STEPS);
        const indexes = Array.from({ length: due - ids.length }, (_, at) => ids.length + at);
        const answers = await group.request(indexes, "room:join", {
          room: { kind: "audience", stageId: stage.stageId },
          peerKey: "$KEY",
          displayName: null,
          rtpCapabilities: audienceCapabilities,
          dtlsParameters: load.dtlsParameters,
        });
        for (const answer of answers) {
          if (!answer?.ok) throw new Error(`room:join: ${answer?.error.code ?? "no answer"}`);
          const { peerId, receiveTransport, consumers } = answer.data;
          ids.push(peerId);
          const sdp = writeConsumersOffer(receiveTransport, consumers);
          await load.offer({ id: peerId, group: "viewers", sdp, decrypt: "first" });
        }
        await sleep(Math.max(0, ((step + 1) / STEPS) * enterSeconds * 1_000 - (performance.now() - began)));
      }
      return ids;
    }

    try {
      const pairs: [Growth, Growth][] = [];
      for (let round = 0; round < (bench.quick ? 1 : 3); round += 1)
        pairs.push([await measure(many), await measure(few)]);
      const rows = {
        packets: "datagrams to the presenter",
        notices: "socket notices to the presenter",
        keyFrames: "key frames asked of the mixer",
        mixers: "mixers",
      } as const;
      for (const [key, what] of Object.entries(rows) as [keyof Growth, string][]) {
        const values = pairs.map(([a, b]): [number, number] => [a[key], b[key]]);
        bench.record({
          what: `${what}, ${many} viewers next to ${few}, entering and staying`,
          unit: key === "mixers" ? "" : "a second",
          value: median(values.map(([a, b]) => (a === b ? 1 : a / b))),
          floor: 1.1,
          ambition: 1,
          ours: median(values.map(([a]) => a)),
          peer: median(values.map(([, b]) => b)),
          peerName: `${few} viewers`,
          pairs: values,
        });
      }
    } finally {
      await sockets.close();
      await stage.close();
      await load.close();
      await source.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

async function look(
  stage: LiveStage,
  { load, source, presenterId }: { load: WebrtcLoad; source: WebrtcLoad; presenterId: string },
): Promise<Growth> {
  const [atPresenter, atSource, mixers] = await Promise.all([
    load.stats({ id: presenterId }),
    source.stats(),
    stage.node.mixers(),
  ]);
  const { rtcpPackets, audio, video, rtx } = atPresenter.peers[0]!;
  return {
    packets: rtcpPackets + audio.packets + video.packets + rtx.packets,
    notices: stage.host.heard.length,
    keyFrames: keyFramesAsked(atSource),
    mixers,
  };
}

function keyFramesAsked({ sources }: WebrtcStats): number {
  return sum(Object.values(sources).flatMap((streams) => streams.map((one) => one.keyFramesRequested)));
}
