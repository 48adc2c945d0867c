import { AV_CHANNEL_LAYOUT_STEREO, type AVSampleFormat } from "node-av/constants";
import { Frame } from "node-av/lib";
import { must } from "../native.ts";
import { SAMPLE_RATE } from "./sound-block.ts";

/** A stereo frame at 48 kHz with memory. The caller frees it. @throws NativeError */
export function createSoundFrame(format: AVSampleFormat, samples: number): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.format = format;
  frame.sampleRate = SAMPLE_RATE;
  frame.channelLayout = AV_CHANNEL_LAYOUT_STEREO;
  frame.nbSamples = samples;
  must("allocate sound frame", frame.getBuffer(0));
  return frame;
}
