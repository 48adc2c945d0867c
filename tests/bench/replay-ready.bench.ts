/*
 * From the host's word that the broadcast is over until its replay plays: the recording is published, its playlist is
 * whole and the last segment can be had.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { defineBench } from "./harness/define-bench.ts";
import { median } from "./harness/statistics.ts";
import { SmallLecture } from "./hour/small-lecture.ts";

export default defineBench({
  name: "replay-ready",
  title: "the replay after the end",
  async run(bench) {
    const [rounds, seconds] = bench.quick ? [1, 5] : [5, 12];
    const lecture = await SmallLecture.create();
    const took: number[] = [];
    const lengths: number[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        if (round > 0) {
          await lecture.host.request("stage:openRehearsal", { stageId: lecture.stageId });
          await lecture.host.request("stage:goLive", { stageId: lecture.stageId });
        }
        await sleep(seconds * 1000);
        const known = new Set((await lecture.readStage()).recordings.map(({ id }) => id));
        const fromMs = performance.now();
        const ended = lecture.host.request("stage:end", { stageId: lecture.stageId });
        lengths.push(await untilReplay(lecture, known));
        took.push(performance.now() - fromMs);
        await ended;
        bench.say(
          `  ${round + 1}. ${took.at(-1)!.toFixed(0)} ms, a replay of ${lengths.at(-1)!.toFixed(1)} s`,
        );
      }
    } finally {
      await lecture.close();
    }
    bench.record({
      what: "from the request to end until playlist and last segment of the replay are there, the slowest",
      unit: "s",
      value: Math.max(...took) / 1000,
      floor: 5,
      ambition: 1,
      notes: [`${rounds} broadcasts of ${seconds} s, median ${(median(took) / 1000).toFixed(2)} s`],
    });
  },
});

/** Asks as a page would that is told nothing. @returns the replay's length in seconds */
async function untilReplay(lecture: SmallLecture, known: ReadonlySet<string>): Promise<number> {
  for (const until = performance.now() + 30_000; performance.now() < until; await sleep(20)) {
    const { recordings } = await lecture.readStage();
    const fresh = recordings.find(({ id }) => !known.has(id));
    if (fresh === undefined) continue;
    const length = await readLength(new URL(fresh.playlistUrl, lecture.product.url));
    if (length !== null) return length;
  }
  throw new Error("no replay within 30 s");
}

/** `null` while something of it is not there yet. */
async function readLength(master: URL): Promise<number | null> {
  const variants = await readText(master);
  const variant = variants?.split("\n").find((line) => /^v\d+\.m3u8$/.test(line));
  if (variant === undefined) return null;
  const list = await readText(new URL(variant, master));
  if (list === null || !list.includes("#EXT-X-ENDLIST")) return null;
  const files = list.split("\n").filter((line) => line.endsWith(".m4s"));
  const last = files.at(-1) ? await fetch(new URL(files.at(-1)!, master)) : null;
  await last?.arrayBuffer();
  if (!last?.ok) return null;
  return [...list.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

async function readText(url: URL): Promise<string | null> {
  const response = await fetch(url);
  const text = await response.text();
  return response.ok ? text : null;
}
