/*
 * The peer of the mixer's bench that others run for each room: a headless Chromium whose page plays two 720p25 videos,
 * draws them side by side on a canvas at 25 fps, mixes their sound and records it all, one rung of 2 Mbit/s.
 */
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Demuxer } from "node-av/api";
import { type BrowserServer, chromium, type Page } from "playwright-core";
import { makeVideo } from "../../support/make-video.ts";
import { cpuSecondsOfTree } from "../harness/cpu.ts";
import { CAMERA_KBPS, CLIP_FRAMES, openTestCard, SECOND_AHEAD, SIZE, voice } from "./two-cameras.ts";

const PAGE = `<!doctype html><title>composer</title><body><script>
async function begin({ width, height, fps, ahead, kbps }) {
  const canvas = document.body.appendChild(document.createElement("canvas"));
  Object.assign(canvas, { width, height });
  const paint = canvas.getContext("2d", { alpha: false });
  const sound = new AudioContext();
  const mix = sound.createMediaStreamDestination();
  const blob = await (await fetch("/camera.mp4")).blob();
  const videos = [];
  for (let n = 0; n < 2; n++) {
    const video = Object.assign(document.createElement("video"), { loop: true, src: URL.createObjectURL(blob) });
    sound.createMediaElementSource(video).connect(mix);
    await video.play();
    video.currentTime = n * ahead;
    videos.push(video);
  }
  await sound.resume();
  setInterval(() => {
    paint.fillRect(0, 0, width, height);
    videos.forEach((video, n) => paint.drawImage(video, 16 + n * 640, 180, 608, 342));
  }, 1000 / fps);
  const stream = new MediaStream([...canvas.captureStream(fps).getTracks(), ...mix.stream.getTracks()]);
  const type = ["video/webm;codecs=h264,opus", "video/webm;codecs=vp8,opus"].find((t) => MediaRecorder.isTypeSupported(t));
  const options = { mimeType: type, videoBitsPerSecond: kbps * 1000, audioBitsPerSecond: 128000 };
  window.record = async (ms) => {
    const recorder = new MediaRecorder(stream, options);
    const chunks = [];
    recorder.ondataavailable = ({ data }) => chunks.push(data);
    recorder.start(1000);
    await new Promise((done) => setTimeout(done, ms));
    const stopped = new Promise((done) => { recorder.onstop = done; });
    recorder.stop();
    await stopped;
    const response = await fetch("/recording", { method: "POST", body: new Blob(chunks) });
    await response.text();
    return type;
  };
}
</script>`;

export class ChromiumComposer {
  readonly #browser: BrowserServer;
  readonly #page: Page;
  readonly #http: Server;
  readonly #folder: string;

  private constructor(parts: { browser: BrowserServer; page: Page; http: Server; folder: string }) {
    this.#browser = parts.browser;
    this.#page = parts.page;
    this.#http = parts.http;
    this.#folder = parts.folder;
  }

  /** `folder`: takes the cameras' video and recordings. Composes from here on. */
  static async create(folder: string): Promise<ChromiumComposer> {
    const card = openTestCard();
    const file = join(folder, "camera.mp4");
    await makeVideo(file, {
      ...SIZE,
      seconds: CLIP_FRAMES / SIZE.fps,
      kbps: CAMERA_KBPS,
      draw: (picture) => card.draw(picture),
      level: voice(120),
    });
    card.close();
    const camera = readFileSync(file);
    const http = createServer(async (request, response) => {
      if (request.url === "/camera.mp4") response.setHeader("Content-Type", "video/mp4").end(camera);
      else if (request.url === "/recording") {
        await writeFile(join(folder, "recording.webm"), request);
        response.end("kept");
      } else response.setHeader("Content-Type", "text/html").end(PAGE);
    });
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const browser = await chromium.launchServer({
      executablePath: process.env.CHROMIUM_BIN ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--autoplay-policy=no-user-gesture-required",
      ],
    });
    const page = await (await chromium.connect(browser.wsEndpoint())).newPage();
    await page.goto(`http://127.0.0.1:${(http.address() as AddressInfo).port}/`);
    const settings = {
      width: SIZE.widthPx,
      height: SIZE.heightPx,
      fps: SIZE.fps,
      ahead: SECOND_AHEAD / SIZE.fps,
      kbps: 2000,
    };
    await page.evaluate(`begin(${JSON.stringify(settings)})`);
    return new ChromiumComposer({ browser, page, http, folder });
  }

  /** CPU seconds for each second of programme that it recorded: 25 pictures are one. */
  async record(seconds: number): Promise<{ cpuPerSecond: number; fps: number; type: string }> {
    const pid = this.#browser.process().pid!;
    const before = cpuSecondsOfTree(pid);
    const type = (await this.#page.evaluate(`record(${seconds * 1000})`)) as string;
    const used = cpuSecondsOfTree(pid) - before;
    const file = join(this.#folder, "recording.webm");
    const pictures = await countPictures(file);
    await rm(file);
    return { cpuPerSecond: used / (pictures / SIZE.fps), fps: pictures / seconds, type };
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#http.closeAllConnections();
    this.#http.close();
    await sleep(0);
  }
}

async function countPictures(file: string): Promise<number> {
  const demuxer = await Demuxer.open(file);
  try {
    const index = demuxer.video()!.index;
    let count = 0;
    for await (const packet of demuxer.packets(index)) {
      if (packet !== null) count += 1;
      packet?.free();
    }
    return count;
  } finally {
    await demuxer.close();
  }
}
