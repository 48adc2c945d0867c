/*
 * A programme of an hour, small enough to run beside other work: does anything grow, do sound and picture stay together,
 * does the programme keep to the clock? `npm run bench -- programme-hour [--minutes=N]`; what was read so far is said
 * each minute.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { defineBench } from "./harness/define-bench.ts";
import { SmallProgramme } from "./hour/small-programme.ts";

const asked = process.argv.find((arg) => arg.startsWith("--minutes="));
const MEMORY_EVERY_MS = 15_000;

interface Reading {
  minute: number;
  memory: Record<string, number>;
}

export default defineBench({
  name: "programme-hour",
  title: "an hour of programme: memory, sound with picture, drift",
  async run(bench) {
    const minutes = asked ? Number(asked.slice("--minutes=".length)) : bench.quick ? 1 : 60;
    const warmMinutes = Math.min(10, minutes / 4);
    const programme = await SmallProgramme.create();
    const memory: Reading[] = [];
    const sync: number[] = [];
    const delays: number[] = [];
    const failures: string[] = [];
    try {
      await sleep(20_000);
      const beganMs = performance.now();
      const minuteNow = () => (performance.now() - beganMs) / 60_000;
      const playedAtFirst = await programme.playedSeconds();
      for (let round = 0; minuteNow() < minutes; round += 1) {
        memory.push({ minute: minuteNow(), memory: await programme.readMemory() });
        if (round % 4 === 0) {
          try {
            sync.push(await programme.readSync());
            delays.push(await programme.readDelay());
          } catch (error) {
            // A busy machine may cost a reading, not the hour.
            failures.push((error as Error).message);
            bench.say(`  ${minuteNow().toFixed(1)} min: ${failures.at(-1)}`);
          }
          const megabytes = Object.entries(memory.at(-1)!.memory).map(
            ([who, bytes]) => `${who} ${(bytes / 1e6).toFixed(1)}`,
          );
          bench.say(
            `  ${minuteNow().toFixed(1)} min: ${megabytes.join(", ")} MB; sound ${sync.at(-1)?.toFixed(1)} ms behind ` +
              `picture; part listed ${delays.at(-1)?.toFixed(1)} ms after its end`,
          );
        }
        await sleep(Math.max(0, beganMs + (round + 1) * MEMORY_EVERY_MS - performance.now()));
      }
      const took = performance.now() - beganMs;
      const played = (await programme.playedSeconds()) - playedAtFirst;
      const length = `${(took / 60_000).toFixed(0)} minutes`;
      const grown = memory.filter(({ minute }) => minute >= warmMinutes);
      for (const who of Object.keys(memory[0]!.memory)) {
        const { growth, mean } = growthAnHour(grown.map((one) => [one.minute, one.memory[who]!]));
        bench.record({
          what: `memory of ${who}: after an hour next to before, by the slope after ${warmMinutes} minutes' warm-up`,
          unit: "×",
          value: 1 + growth,
          floor: 1.1,
          ambition: 1.02,
          notes: [`${length}, ${(mean / 1e6).toFixed(1)} MB on average`],
        });
      }
      // One reading may meet a moment in which the machine had no time for the presenter's pictures.
      const middles = sync.slice(0, Math.max(1, sync.length - 4)).map((_, n) => median(sync.slice(n, n + 5)));
      const far = Math.max(...sync.map(Math.abs));
      const moved = Math.max(...middles) - Math.min(...middles);
      bench.record({
        what: "sound next to picture in the programme's segments, the farthest median of five readings",
        unit: "ms",
        value: Math.max(...middles.map(Math.abs)),
        floor: 80,
        ambition: null,
        notes: [
          `${sync.length} readings in ${length} (${failures.length} failed), medians ${moved.toFixed(0)} ms apart, ` +
            `the farthest reading ${far.toFixed(0)} ms`,
        ],
      });
      bench.record({
        what: "drift of the programme's dates against the clock from beginning to end",
        unit: "ms",
        value: Math.abs(median(delays.slice(-5)) - median(delays.slice(0, 5))),
        floor: 100,
        ambition: null,
        notes: [`in ${length}; hls.js played ${((100 * played * 1000) / took).toFixed(2)} % of the time`],
      });
    } finally {
      await programme.close();
    }
  },
});

/** Least squares through [minute, bytes]: growth in an hour as a share of the mean. */
function growthAnHour(points: [number, number][]): { growth: number; mean: number } {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - mean), 0);
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return { growth: (60 * above) / below / mean, mean };
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
