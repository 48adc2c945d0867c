import "./quiet-ffmpeg.ts";
import { Encoder, Muxer } from "node-av/api";
import { AV_CHANNEL_LAYOUT_STEREO, AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { Frame, Rational } from "node-av/lib";
import { createPicture, type OwnedPicture } from "../../media/mixer/picture/planes.ts";

/** Writes an MP4 of H.264 (with B-frames) and AAC-LC, as uploads become: what `draw` and `level` make. */
export async function makeVideo(
  path: string,
  options: {
    seconds: number;
    widthPx: number;
    heightPx: number;
    fps: number;
    /** @default 800 */
    kbps?: number;
    draw: (picture: OwnedPicture, frame: number) => void;
    /** Sample of both channels, 48 kHz. */
    level: (sample: number) => number;
  },
): Promise<void> {
  const { seconds, widthPx, heightPx, fps } = options;
  const video = await Encoder.create(
    "libx264" as never,
    {
      bitrate: `${options.kbps ?? 800}k`,
      gopSize: fps * 2,
      options: { preset: "veryfast" },
    } as never,
  );
  const audio = await Encoder.create("aac" as never, { bitrate: "96k" } as never);
  const muxer = await Muxer.open(path);
  const videoIndex = muxer.addStream(video);
  const audioIndex = muxer.addStream(audio);
  const sound = soundFrame();
  let samples = 0;
  for (let number = 0; number < seconds * fps; number += 1) {
    const picture = createPicture(widthPx, heightPx);
    picture.frame.timeBase = new Rational(1, fps);
    picture.frame.pts = BigInt(number);
    options.draw(picture, number);
    for (const packet of await video.encodeAll(picture.frame)) await write(muxer, packet, videoIndex);
    picture.frame.free();
    while (samples < ((number + 1) * 48_000) / fps) {
      fill(sound, options.level, samples);
      sound.pts = BigInt(samples);
      for (const packet of await audio.encodeAll(sound)) await write(muxer, packet, audioIndex);
      samples += 1024;
    }
  }
  for (const packet of await video.encodeAll(null)) await write(muxer, packet, videoIndex);
  for (const packet of await audio.encodeAll(null)) await write(muxer, packet, audioIndex);
  sound.free();
  await muxer.close();
  await video.close();
  await audio.close();
}

async function write(
  muxer: Muxer,
  packet: Parameters<Muxer["writePacket"]>[0],
  index: number,
): Promise<void> {
  await muxer.writePacket(packet, index);
  packet?.free();
}

function soundFrame(): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = AV_SAMPLE_FMT_FLTP;
  frame.sampleRate = 48_000;
  frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  frame.nbSamples = 1024;
  frame.getBuffer(0);
  frame.timeBase = new Rational(1, 48_000);
  return frame;
}

function fill(frame: Frame, level: (sample: number) => number, first: number): void {
  frame.makeWritable();
  for (const plane of frame.data!.slice(0, 2)) {
    const floats = new Float32Array(plane.buffer, plane.byteOffset, 1024);
    for (let i = 0; i < 1024; i += 1) floats[i] = level(first + i);
  }
}
