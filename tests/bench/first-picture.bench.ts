import { readFirstPicture, watchFirstPicture } from "../support/first-picture.ts";
import { STAGE_PATH } from "../support/live-lecture.ts";
import { launchChromium } from "../support/media-peer.ts";
import { goOnAir } from "../support/on-air.ts";
import { Visitor } from "../support/page-story.ts";
import { startProduct } from "../support/product.ts";
import { type Bench, defineBench } from "./harness/define-bench.ts";
import { percentile } from "./harness/statistics.ts";

const WAYS = [
  { name: "WebRTC", preference: "auto", floor: 1_000, ambition: 1_000 },
  { name: "HLS", preference: "hls", floor: null, ambition: null },
] as const;

/* One page at a time, each by a visitor with nothing cached; the slate is on air at 640×360, 15 a second. */
export default defineBench({
  name: "first-picture",
  title: "Page open → first picture, one page at a time",
  async run(bench) {
    const product = await startProduct();
    const browser = await launchChromium();
    try {
      await goOnAir(product);
      for (const way of WAYS) await measure(bench, way);
    } finally {
      await browser.close();
      await product.stop();
    }

    async function measure(own: Bench, way: (typeof WAYS)[number]): Promise<void> {
      const times: number[] = [];
      let marks = {};
      for (let run = 0; run < (own.quick ? 2 : 20); run++) {
        const storage = { "torilla.player": JSON.stringify({ preference: way.preference }) };
        const visitor = await Visitor.create(browser, product.url, { storage });
        await watchFirstPicture(visitor.page);
        await visitor.page.goto(product.url + STAGE_PATH);
        const picture = await readFirstPicture(visitor.page);
        if (picture.isByWebrtc !== (way.name === "WebRTC")) throw new Error(`not by ${way.name}`);
        times.push(picture.atMs);
        marks = picture.marks;
        await visitor.close();
      }
      own.say(`  ${way.name}: ${times.map(Math.round).join(", ")} ms; last: ${JSON.stringify(marks)}`);
      for (const share of [0.5, 0.95])
        own.record({
          what: `page open → first picture by ${way.name}, p${share * 100}`,
          unit: "ms",
          value: percentile(times, share),
          floor: way.floor,
          ambition: way.ambition,
          notes: [`${times.length} openings, nothing cached`],
        });
    }
  },
});
