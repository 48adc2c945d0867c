import { stat } from "node:fs/promises";
import { Demuxer } from "node-av/api";
import * as av from "node-av/constants";
import type { Stream } from "node-av/lib";
import type { z } from "zod";
import type { ConversionLimits } from "../../server/contract/convert.ts";
import { type Container, containerOfFile } from "./container-of.ts";
import { ConversionRefused } from "./conversion-refused.ts";
import type { EncodeInput } from "./encode-file.ts";
import { MAX_PIXELS } from "./encode-track.ts";
import { turnFilter } from "./turn-filter.ts";

const OPEN_TIMEOUT_MS = 20_000;
/** A damaged file may lack this much of its announced length before it counts as cut off. */
const MISSING_SHARE = 0.05;

/** Decoders that uploads may reach; each one more is code that strangers' bytes run through. */
const VIDEO_CODECS = new Set([
  av.AV_CODEC_ID_H264,
  av.AV_CODEC_ID_HEVC,
  av.AV_CODEC_ID_AV1,
  av.AV_CODEC_ID_VP8,
  av.AV_CODEC_ID_VP9,
  av.AV_CODEC_ID_MPEG4,
  av.AV_CODEC_ID_MPEG2VIDEO,
  av.AV_CODEC_ID_MJPEG,
  av.AV_CODEC_ID_PRORES,
  av.AV_CODEC_ID_DNXHD,
]);
const AUDIO_CODECS = new Set([
  av.AV_CODEC_ID_AAC,
  av.AV_CODEC_ID_OPUS,
  av.AV_CODEC_ID_VORBIS,
  av.AV_CODEC_ID_MP3,
  av.AV_CODEC_ID_MP2,
  av.AV_CODEC_ID_AC3,
  av.AV_CODEC_ID_EAC3,
  av.AV_CODEC_ID_FLAC,
  av.AV_CODEC_ID_ALAC,
  av.AV_CODEC_ID_PCM_S16LE,
  av.AV_CODEC_ID_PCM_S16BE,
  av.AV_CODEC_ID_PCM_S24LE,
  av.AV_CODEC_ID_PCM_F32LE,
]);

/** Opens an upload by what its bytes are. The caller closes `demuxer`. @throws ConversionRefused */
export async function openUpload(
  path: string,
  limits: z.infer<typeof ConversionLimits>,
): Promise<EncodeInput> {
  const container = await containerOfFile(path);
  if (!container) throw new ConversionRefused("unsupported", "not an MP4, MOV, MKV, WebM or MPEG-TS file");
  const { size } = await stat(path);
  const demuxer = await openDemuxer(path, container);
  try {
    const streams = requireStreams(demuxer, limits);
    const announcedSeconds = Math.max(0, demuxer.duration || 0);
    if (announcedSeconds > limits.maxSeconds)
      throw new ConversionRefused("too_long", `${announcedSeconds} s long`);
    return {
      demuxer,
      ...streams,
      preset: "veryfast",
      turn: turnFilter(streams.video.codecpar.getCodedSideData(av.AV_PKT_DATA_DISPLAYMATRIX)),
      maxSeconds: limits.maxSeconds,
      progressAt: (seconds, position) => {
        const share = announcedSeconds > 0 ? seconds / announcedSeconds : position / Math.max(1, size);
        return Math.min(1, Math.max(0, share));
      },
      requireWhole: (writtenSeconds) => {
        const missing = announcedSeconds - writtenSeconds;
        if (missing > Math.max(2, announcedSeconds * MISSING_SHARE))
          throw new ConversionRefused("broken", `${missing.toFixed(1)} s are missing from its end`);
      },
    };
  } catch (error) {
    await demuxer.close();
    throw error;
  }
}

async function openDemuxer(path: string, container: Container): Promise<Demuxer> {
  // The signal stays with the demuxer, so it must not fire once the file is open.
  const alarm = new AbortController();
  const timer = setTimeout(() => alarm.abort(), OPEN_TIMEOUT_MS);
  try {
    return await Demuxer.open(path, {
      format: container,
      options: { protocol_whitelist: "file", ...(container === "mov" && { enable_drefs: "0" }) },
      signal: alarm.signal,
    });
  } catch (error) {
    throw new ConversionRefused("broken", `cannot be opened: ${String(error)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function requireStreams(
  demuxer: Demuxer,
  limits: z.infer<typeof ConversionLimits>,
): { video: Stream; audio: Stream | null } {
  if (demuxer.streams.length > limits.maxStreams)
    throw new ConversionRefused("unsupported", `${demuxer.streams.length} streams`);
  const video = demuxer.streams.find(
    (stream) =>
      stream.codecpar.codecType === av.AVMEDIA_TYPE_VIDEO &&
      !stream.hasDisposition(av.AV_DISPOSITION_ATTACHED_PIC),
  );
  if (!video) throw new ConversionRefused("unsupported", "no picture");
  const { width, height, codecId } = video.codecpar;
  if (!VIDEO_CODECS.has(codecId)) throw new ConversionRefused("unsupported", `video codec ${codecId}`);
  if (width <= 0 || height <= 0) throw new ConversionRefused("broken", "picture without a size");
  if (width > limits.maxSidePx || height > limits.maxSidePx || width * height > MAX_PIXELS)
    throw new ConversionRefused("too_large", `${width}×${height}`);
  const audio = demuxer.streams.find((stream) => stream.codecpar.codecType === av.AVMEDIA_TYPE_AUDIO) ?? null;
  if (audio && !AUDIO_CODECS.has(audio.codecpar.codecId))
    throw new ConversionRefused("unsupported", `audio codec ${audio.codecpar.codecId}`);
  return { video, audio };
}
