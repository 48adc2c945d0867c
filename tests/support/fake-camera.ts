import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/*
 * Real material for Chromium's fake camera and microphone: pictures with a burnt-in counter that survives
 * scaling and encoding, and a steady tone. Both loop.
 */

export const COUNTER_BITS = 10;
/** The counter is a row of black and white blocks over the picture's middle, framed by a white and a black one. */
export const COUNTER_CELLS = COUNTER_BITS + 2;
export const TONE_HZ = 440;
const GRAIN_PX = 8;

export interface FakeCameraOptions {
  folder: string;
  /** Colour of the background, Y'CbCr limited range. */
  colour?: [number, number, number];
  toneHz?: number;
  widthPx?: number;
  heightPx?: number;
  fps?: number;
  seconds?: number;
  /** A background that an encoder has work with, so that a real camera's bitrate comes of it. */
  isGrainy?: boolean;
}

/** Makes `<name>.y4m` and `<name>.wav` once; answers their paths. */
export function createFakeCamera(name: string, options: FakeCameraOptions): { video: string; audio: string } {
  mkdirSync(options.folder, { recursive: true });
  const video = join(options.folder, `${name}.y4m`);
  const audio = join(options.folder, `${name}.wav`);
  if (!existsSync(video)) writeWhole(video, createY4m(options));
  if (!existsSync(audio)) writeWhole(audio, createWav(options.toneHz ?? TONE_HZ, options.seconds ?? 10));
  return { video, audio };
}

function writeWhole(path: string, bytes: Buffer): void {
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, bytes);
  renameSync(part, path);
}

/** YUV4MPEG2, 4:2:0. Frame `n` shows `n` modulo 2^COUNTER_BITS. */
function createY4m(options: FakeCameraOptions): Buffer {
  const { widthPx = 320, heightPx = 180, fps = 15, seconds = 20 } = options;
  const [y, cb, cr] = options.colour ?? [110, 90, 170];
  const header = Buffer.from(`YUV4MPEG2 W${widthPx} H${heightPx} F${fps}:1 Ip A1:1 C420jpeg\n`);
  const marker = Buffer.from("FRAME\n");
  const lumaSize = widthPx * heightPx;
  const chromaSize = lumaSize / 4;
  const frames: Buffer[] = [header];
  const cellPx = widthPx / COUNTER_CELLS;
  for (let n = 0; n < fps * seconds; n++) {
    const frame = Buffer.alloc(marker.length + lumaSize + 2 * chromaSize);
    marker.copy(frame);
    const luma = frame.subarray(marker.length, marker.length + lumaSize).fill(y);
    if (options.isGrainy) addGrain(luma, widthPx);
    frame.subarray(marker.length + lumaSize, marker.length + lumaSize + chromaSize).fill(cb);
    frame.subarray(marker.length + lumaSize + chromaSize).fill(cr);
    const row = Buffer.alloc(widthPx);
    for (let x = 0; x < widthPx; x++) row[x] = cellIsWhite(Math.floor(x / cellPx), n) ? 235 : 16;
    for (let line = Math.floor(heightPx * 0.4); line < heightPx * 0.6; line++) row.copy(luma, line * widthPx);
    // Black and white only where the counter is: neutral chroma keeps the blocks clean.
    const chromaRow = Buffer.alloc(widthPx / 2, 128);
    for (let line = Math.floor(heightPx * 0.2); line < heightPx * 0.3; line++) {
      chromaRow.copy(frame, marker.length + lumaSize + line * (widthPx / 2));
      chromaRow.copy(frame, marker.length + lumaSize + chromaSize + line * (widthPx / 2));
    }
    frames.push(frame);
  }
  return Buffer.concat(frames);
}

/** Other greys in each picture, in blocks that are small enough to cost bits and large enough to outlive scaling. */
function addGrain(luma: Buffer, widthPx: number): void {
  const row = Buffer.alloc(widthPx);
  for (let at = 0, line = 0; at < luma.length; at += widthPx, line++) {
    if (line % GRAIN_PX === 0)
      for (let x = 0; x < widthPx; x += GRAIN_PX)
        row.fill(luma[at]! + Math.floor(Math.random() * 30) - 15, x, x + GRAIN_PX);
    row.copy(luma, at);
  }
}

export function cellIsWhite(cell: number, n: number): boolean {
  if (cell === 0) return true;
  if (cell === COUNTER_CELLS - 1) return false;
  return ((n >> (COUNTER_BITS - cell)) & 1) === 1;
}

/** 16-bit mono PCM at 48 kHz, a sine at −12 dBFS. */
function createWav(hz: number, seconds: number): Buffer {
  const rate = 48_000;
  const count = rate * seconds;
  const wav = Buffer.alloc(44 + count * 2);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + count * 2, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i++)
    wav.writeInt16LE(Math.round(Math.sin((2 * Math.PI * hz * i) / rate) * 8231), 44 + i * 2);
  return wav;
}
