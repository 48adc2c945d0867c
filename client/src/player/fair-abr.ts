import type Hls from "hls.js";
import type { Events, FragBufferedData } from "hls.js";

/**
 * hls.js's choice of rung by a fairer measure of the line: only the time from a file's first byte to its last.
 * The server holds the answer for a part back until the part exists, and a slate's segments are so small that a
 * busy computer's own time looks like a slow line; both made viewers see the small picture on a fast network.
 */
export function createFairAbr(HlsClass: typeof Hls): typeof Hls.DefaultConfig.abrController {
  return class FairAbr extends HlsClass.DefaultConfig.abrController {
    protected override onFragBuffered(event: Events.FRAG_BUFFERED, data: FragBufferedData): void {
      const { frag, part } = data;
      if (frag.bitrateTest) {
        super.onFragBuffered(event, data);
        return;
      }
      const stats = part?.stats.loaded ? part.stats : frag.stats;
      if (stats.aborted || frag.type !== "main") return;
      this.bwEstimator.sample(stats.loading.end - stats.loading.first, stats.loaded);
    }
  };
}
