import "./quiet-ffmpeg.ts";
import { AV_SAMPLE_FMT_FLTP } from "node-av/constants";
import { Codec, CodecContext, Frame, Packet } from "node-av/lib";
import { openCodec } from "../../media/mixer/open-codec.ts";
import { H264Depacketizer } from "../../media/mixer/rtp/h264-depacketizer.ts";
import type { RtpCatcher } from "./mixer-rig.ts";

export interface ViewedPicture {
  atMs: number;
  timestamp: number;
  isKey: boolean;
  widthPx: number;
  heightPx: number;
  /** Mean Y, U, V of a rectangle given in shares of the picture. */
  mean: (x: number, y: number, width: number, height: number) => [number, number, number];
}

/** Decodes all pictures caught from index `since` of packets on. */
export async function viewPictures(catcher: RtpCatcher, since = 0): Promise<ViewedPicture[]> {
  const codec = Codec.findDecoderByName("h264" as never);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.threadCount = 1;
  await openCodec(context, codec, { flags: "low_delay" });
  const depacketizer = new H264Depacketizer();
  const packet = new Packet();
  packet.alloc();
  const out: ViewedPicture[] = [];
  for (const caught of catcher.packets.slice(since)) {
    for (const unit of depacketizer.push({ packet: caught.packet, isAfterLoss: false })) {
      packet.data = unit.data;
      context.sendPacketSync(packet);
      packet.unref();
      const frame = new Frame();
      frame.alloc();
      if (context.receiveFrameSync(frame) >= 0) {
        out.push(view(frame, { atMs: caught.atMs, timestamp: unit.timestamp, isKey: unit.isKey }));
      } else frame.free();
    }
  }
  packet.free();
  context.freeContext();
  return out;
}

function view(frame: Frame, at: { atMs: number; timestamp: number; isKey: boolean }): ViewedPicture {
  const { width, height } = frame;
  const planes = frame.data!.slice(0, 3).map((plane) => Buffer.from(plane));
  const strides = frame.linesize.slice(0, 3);
  frame.free();
  return {
    ...at,
    widthPx: width,
    heightPx: height,
    mean: (x, y, w, h) => {
      const means = planes.map((plane, index) => {
        const shift = index === 0 ? 0 : 1;
        const left = Math.floor((x * width) / 2 ** shift);
        const right = Math.ceil(((x + w) * width) / 2 ** shift);
        const top = Math.floor((y * height) / 2 ** shift);
        const bottom = Math.ceil(((y + h) * height) / 2 ** shift);
        let sum = 0;
        for (let row = top; row < bottom; row += 1) {
          for (let column = left; column < right; column += 1) sum += plane[row * strides[index]! + column]!;
        }
        return sum / ((right - left) * (bottom - top));
      });
      return means as [number, number, number];
    },
  };
}

export interface HeardSound {
  /** RTP timestamp of the first sample, 48 kHz. */
  timestamp: number;
  atMs: number;
  left: Float32Array;
}

/** Decodes all Opus packets caught. */
export async function hearSound(catcher: RtpCatcher, since = 0): Promise<HeardSound[]> {
  const codec = Codec.findDecoderByName("opus" as never);
  const context = new CodecContext();
  context.allocContext3(codec);
  await openCodec(context, codec);
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const out: HeardSound[] = [];
  for (const caught of catcher.packets.slice(since)) {
    packet.data = caught.packet.payload;
    context.sendPacketSync(packet);
    packet.unref();
    if (context.receiveFrameSync(frame) < 0) continue;
    if (frame.format !== AV_SAMPLE_FMT_FLTP) throw new Error("not planar float");
    const plane = frame.data![0]!;
    const left = Float32Array.from(new Float32Array(plane.buffer, plane.byteOffset, frame.nbSamples));
    out.push({ timestamp: caught.packet.timestamp, atMs: caught.atMs, left });
    frame.unref();
  }
  packet.free();
  frame.free();
  context.freeContext();
  return out;
}

export function rms(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return 10 * Math.log10(sum / samples.length + 1e-12);
}
