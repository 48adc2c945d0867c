import type { Page } from "playwright-core";
import { COUNTER_BITS, COUNTER_CELLS } from "./fake-camera.ts";

/** What a person would see in a video element at this moment. */
export interface PictureSample {
  /** The burnt-in counter, `null` when the picture shows none. */
  counter: number | null;
  /** Mean colour of the upper quarter of the picture, 0–255. */
  rgb: [number, number, number];
  currentTime: number;
  /** `performance.timeOrigin + performance.now()` when it was read, ms. */
  atMs: number;
}

/**
 * Reads a video's picture. `region` is where the camera's picture lies in it, in parts of width and height
 * (whole picture by default).
 */
export function readPicture(
  page: Page,
  selector: string,
  region: { x: number; y: number; width: number; height: number } = { x: 0, y: 0, width: 1, height: 1 },
): Promise<PictureSample | null> {
  return page.evaluate(
    ({ selector, region, bits, cells }) => {
      const video = document.querySelector(selector);
      if (!(video instanceof HTMLVideoElement) || video.videoWidth === 0) return null;
      const canvas = document.createElement("canvas");
      canvas.width = 480;
      canvas.height = 270;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      if (!context) return null;
      const { videoWidth: w, videoHeight: h } = video;
      context.drawImage(
        video,
        region.x * w,
        region.y * h,
        region.width * w,
        region.height * h,
        0,
        0,
        480,
        270,
      );
      const { data } = context.getImageData(0, 0, 480, 270);
      const luma = (x: number, y: number) => {
        const at = (y * 480 + x) * 4;
        return (data[at]! + data[at + 1]! + data[at + 2]!) / 3;
      };
      const cell = (n: number) => {
        let sum = 0;
        const middle = Math.round(((n + 0.5) * 480) / cells);
        for (let dx = -4; dx <= 4; dx++) for (let dy = -6; dy <= 6; dy++) sum += luma(middle + dx, 135 + dy);
        return sum / 117;
      };
      const isCounter = cell(0) > 180 && cell(cells - 1) < 75;
      let counter = 0;
      for (let bit = 1; bit <= bits; bit++) counter = counter * 2 + (cell(bit) > 128 ? 1 : 0);
      const rgb: [number, number, number] = [0, 0, 0];
      for (let y = 20; y < 60; y++) {
        for (let x = 40; x < 440; x++) {
          for (let c = 0; c < 3; c++) rgb[c] = rgb[c]! + data[(y * 480 + x) * 4 + c]! / 16_000;
        }
      }
      return {
        counter: isCounter ? counter : null,
        rgb,
        currentTime: video.currentTime,
        atMs: performance.timeOrigin + performance.now(),
      };
    },
    { selector, region, bits: COUNTER_BITS, cells: COUNTER_CELLS },
  );
}

/** Level of a media element's sound at `hz` and overall, dBFS, measured over `ms` in the page itself. */
export function readSound(
  page: Page,
  selector: string,
  hz: number,
  ms = 800,
): Promise<{ toneDb: number; allDb: number }> {
  return page.evaluate(
    async ({ selector, hz, ms }) => {
      const element = document.querySelector(selector) as
        | (HTMLMediaElement & {
            captureStream?: () => MediaStream;
            listening?: AnalyserNode;
            listenedTo?: unknown;
          })
        | null;
      if (!element) return { toneDb: -200, allDb: -200 };
      if (!element.listening || element.listenedTo !== element.srcObject) {
        const context = new AudioContext();
        await context.resume();
        const stream =
          element.srcObject instanceof MediaStream ? element.srcObject : element.captureStream!();
        const analyser = context.createAnalyser();
        analyser.fftSize = 8192;
        analyser.smoothingTimeConstant = 0;
        context.createMediaStreamSource(stream).connect(analyser);
        element.listening = analyser;
        element.listenedTo = element.srcObject;
      }
      const analyser = element.listening;
      const bins = new Float32Array(analyser.frequencyBinCount);
      const samples = new Float32Array(analyser.fftSize);
      const binOf = Math.round((hz * analyser.fftSize) / analyser.context.sampleRate);
      let toneDb = -200;
      let allDb = -200;
      const until = performance.now() + ms;
      while (performance.now() < until) {
        analyser.getFloatFrequencyData(bins);
        toneDb = Math.max(toneDb, ...bins.slice(binOf - 2, binOf + 3));
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
        allDb = Math.max(allDb, 10 * Math.log10(power + 1e-20));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return { toneDb, allDb };
    },
    { selector, hz, ms },
  );
}
