import Hls, { type Events, type FragBufferedData } from "hls.js";
import { beforeEach, expect, it } from "vitest";
import { createFairAbr } from "../../../../client/src/player/fair-abr.ts";

/* hls.js's own estimator, fed with files as they come. */

const FAST_KBPS = 20_000;
let abr: InstanceType<typeof Hls.DefaultConfig.abrController>;

beforeEach(() => {
  abr = new (createFairAbr(Hls))(new Hls());
});

/** A part that the server held back for a while, then sent in `tookMs`. */
function take({ bytes, tookMs, heldMs = 300 }: { bytes: number; tookMs: number; heldMs?: number }): void {
  const stats = {
    aborted: false,
    loaded: bytes,
    loading: { start: 0, first: heldMs, end: heldMs + tookMs },
  };
  const told = { frag: { type: "main", stats }, part: null } as unknown as FragBufferedData;
  const { onFragBuffered } = abr as unknown as {
    onFragBuffered(event: Events, data: FragBufferedData): void;
  };
  onFragBuffered.call(abr, "hlsFragBuffered" as Events, told);
}
const estimateKbps = () => abr.bwEstimator.getEstimate() / 1000;

it("sees a fast line though the server holds each part back", () => {
  for (let n = 0; n < 5; n += 1) take({ bytes: 40_000, tookMs: 4 });
  expect(estimateKbps()).toBeGreaterThan(FAST_KBPS);
});

it("has forgotten a moment in which the page was busy within two seconds of small parts", () => {
  take({ bytes: 40_000, tookMs: 400 });
  expect(estimateKbps()).toBeLessThan(1_000);
  for (let n = 0; n < 6; n += 1) take({ bytes: 13_000, tookMs: 2 });
  expect(estimateKbps()).toBeGreaterThan(5_000);
});

it("forgets it in a slate's tiny parts too, soon", () => {
  take({ bytes: 3_000, tookMs: 400 });
  for (let n = 0; n < 12; n += 1) take({ bytes: 3_000, tookMs: 2 });
  expect(estimateKbps()).toBeGreaterThan(2_600);
});

it("stays with what a slow line carries, however fast a crumb comes", () => {
  for (let n = 0; n < 20; n += 1) {
    take({ bytes: 20_000, tookMs: 320 });
    take({ bytes: 900, tookMs: 0 });
  }
  expect(estimateKbps()).toBeLessThan(700);
  expect(estimateKbps()).toBeGreaterThan(300);
});
