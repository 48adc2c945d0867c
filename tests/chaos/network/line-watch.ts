/*
 * What a viewer on a bad line gets, looked at in the page ten times a second: is there sound, how large is the picture,
 * by which way does it come.
 */
import type { Page } from "playwright-core";
import { PROGRAMME } from "../../support/live-lecture.ts";

export interface LineReading {
  looks: number;
  /** Looks without sound, in parts of all, and the longest time without. */
  silentShare: number;
  longestSilentS: number;
  /** Width of the picture, px. */
  widthPx: number;
  isByWebrtc: boolean;
}

interface Watch extends Omit<LineReading, "silentShare" | "longestSilentS" | "widthPx" | "isByWebrtc"> {
  silent: number;
  soundAtMs: number;
  longestSilentMs: number;
}

declare global {
  interface Window {
    line?: Watch;
  }
}

/** Begins, or anew. Silence is below −50 dBFS; a presenter's tone is far above. */
export async function watchLine(page: Page): Promise<void> {
  await page.evaluate(async (selector) => {
    const known = window.line;
    const watch = { looks: 0, silent: 0, soundAtMs: performance.now(), longestSilentMs: 0 };
    window.line = watch;
    if (known) return;
    const context = new AudioContext();
    await context.resume();
    const samples = new Float32Array(4096);
    let heard: unknown = null;
    let analyser: AnalyserNode | null = null;
    const listen = () => {
      const video = document.querySelector(selector) as
        | (HTMLVideoElement & { captureStream(): MediaStream })
        | null;
      const track =
        video?.srcObject instanceof MediaStream
          ? video.srcObject.getAudioTracks()[0]
          : video?.captureStream().getAudioTracks()[0];
      if (!track) return;
      if (track.id !== heard) {
        heard = track.id;
        analyser?.disconnect();
        analyser = context.createAnalyser();
        analyser.fftSize = samples.length;
        context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
      }
    };
    setInterval(() => {
      listen();
      analyser?.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const isSilent = analyser === null || power < 1e-5;
      const now = performance.now();
      const current = window.line!;
      current.looks += 1;
      current.longestSilentMs = Math.max(current.longestSilentMs, now - current.soundAtMs);
      if (isSilent) current.silent += 1;
      else current.soundAtMs = now;
    }, 100);
  }, PROGRAMME);
}

export async function readLine(page: Page): Promise<LineReading> {
  return page.evaluate((selector) => {
    const { looks, silent, longestSilentMs } = window.line!;
    const video = document.querySelector<HTMLVideoElement>(selector)!;
    return {
      looks,
      silentShare: silent / Math.max(1, looks),
      longestSilentS: longestSilentMs / 1000,
      widthPx: video.videoWidth,
      isByWebrtc: video.srcObject !== null,
    };
  }, PROGRAMME);
}
