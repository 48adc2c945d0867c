import { setTimeout as sleep } from "node:timers/promises";
import { LiveLecture } from "../support/live-lecture.ts";
import type { Visitor } from "../support/page-story.ts";
import { type Bench, defineBench } from "./harness/define-bench.ts";
import { percentile } from "./harness/statistics.ts";

const SIZES = [
  { name: "640×360, 15 fps", env: {} },
  {
    name: "1280×720, 25 fps",
    env: {
      TORILLA_PROGRAMME_WIDTH: "1280",
      TORILLA_PROGRAMME_HEIGHT: "720",
      TORILLA_PROGRAMME_FPS: "25",
      TORILLA_PROGRAMME_KBPS: "2000",
    },
  },
] as const;
/** hls.js reaches its distance from the edge by playing faster. */
const SETTLING_MS = 15_000;

/* From the counter that the host's camera shows to the same counter in the viewers' pages, all on this machine. */
export default defineBench({
  name: "latency",
  title: "Camera → viewer's picture",
  async run(bench) {
    for (const size of bench.quick ? SIZES.slice(0, 1) : SIZES) {
      const lecture = await LiveLecture.create({ env: { ...size.env } });
      try {
        await lecture.goLive();
        await sleep(SETTLING_MS);
        await measure(bench, lecture, { viewer: lecture.watcher, name: "WebRTC", floor: 500, ambition: 300 });
        await measure(bench, lecture, {
          viewer: lecture.firewalled,
          name: "hls.js",
          floor: 3_000,
          ambition: 2_000,
        });
      } finally {
        await lecture.close();
      }

      async function measure(
        own: Bench,
        from: LiveLecture,
        { viewer, name, floor, ambition }: Measured,
      ): Promise<void> {
        const times: number[] = [];
        for (let sample = 0; sample < (own.quick ? 5 : 25); sample++) {
          const ms = (await from.secondsBehind(viewer)) * 1000;
          if (Number.isFinite(ms)) times.push(ms);
          await sleep(300);
        }
        own.say(`  ${name}, ${size.name}: ${times.map(Math.round).join(", ")} ms`);
        for (const share of [0.5, 0.95])
          own.record({
            what: `glass to glass by ${name}, ${size.name}, p${share * 100}`,
            unit: "ms",
            value: percentile(times, share),
            floor,
            ambition,
            notes: [`${times.length} samples of the burnt-in counter, to one picture of the camera (67 ms)`],
          });
      }
    }
  },
});

interface Measured {
  viewer: Visitor;
  name: string;
  floor: number;
  ambition: number;
}
