import type Hls from "hls.js";
import type { Events, FragBufferedData } from "hls.js";

/** Less may come at once on any line: files smaller than that are measured together. */
const TELLING_BYTES = 8_192;
/** What a measure counts for at least. */
const MIN_COUNTED_MS = 50;

/**
 * hls.js's choice of rung by a fairer measure of the line: only the time from a file's first byte to its last.
 * The server holds the answer for a part back until the part exists, and a slate's segments are so small that a
 * busy computer's own time looks like a slow line; both made viewers see the small picture on a fast network.
 * And hls.js counts each measure by its time, so that 0.3 s in which the page was busy outweighed a hundred files that
 * came in 2 ms: whoever had been on the small picture once stayed there.
 */
export function createFairAbr(HlsClass: typeof Hls): typeof Hls.DefaultConfig.abrController {
  return class FairAbr extends HlsClass.DefaultConfig.abrController {
    #bytes = 0;
    #tookMs = 0;

    protected override onFragBuffered(event: Events.FRAG_BUFFERED, data: FragBufferedData): void {
      const { frag, part } = data;
      if (frag.bitrateTest) {
        super.onFragBuffered(event, data);
        return;
      }
      const stats = part?.stats.loaded ? part.stats : frag.stats;
      if (stats.aborted || frag.type !== "main") return;
      this.#bytes += stats.loaded;
      this.#tookMs += Math.max(1, stats.loading.end - stats.loading.first);
      if (this.#bytes < TELLING_BYTES) return;
      const counted = Math.max(1, MIN_COUNTED_MS / this.#tookMs);
      this.bwEstimator.sample(counted * this.#tookMs, counted * this.#bytes);
      this.#bytes = 0;
      this.#tookMs = 0;
    }
  };
}
