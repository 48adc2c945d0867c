import { z } from "zod";
import { MediaView } from "./stages.ts";

/*
 * Server ⇄ conversion process (`media/convert/main.ts`), over child_process IPC. One process does one command and
 * ends. It reads and writes only the files named here; nothing that an upload says about itself is trusted.
 */

/** What is moving in a demo video: a title card with a gentle background and a clock that counts up. */
export const TitleCard = z.strictObject({
  title: z.string().max(80),
  subtitle: z.string().max(80),
  /** Short lines that take turns below the title, each for an equal share of the length. */
  lines: z.array(z.string().max(90)).min(1).max(12),
  /** Four corners of the background, `#rrggbb`. */
  colours: z.tuple([z.string(), z.string(), z.string(), z.string()]),
  /** Root of the quiet chords, Hz. */
  toneHz: z.number().min(55).max(880),
  lengthSeconds: z.int().min(5).max(600),
});
export type TitleCard = z.infer<typeof TitleCard>;

export const ConversionLimits = z.strictObject({
  maxSeconds: z.number().positive(),
  maxSidePx: z.int().positive(),
  maxStreams: z.int().positive(),
});

export const ConversionCommand = z.discriminatedUnion("type", [
  /** Re-encodes an upload. */
  z.strictObject({
    type: z.literal("convert"),
    inputPath: z.string(),
    outputPath: z.string(),
    limits: ConversionLimits,
  }),
  /** Makes a video out of a title card. */
  z.strictObject({ type: z.literal("compose"), card: TitleCard, outputPath: z.string() }),
]);
export type ConversionCommand = z.infer<typeof ConversionCommand>;

export const ConversionFailure = MediaView.shape.failure.unwrap();
export type ConversionFailure = z.infer<typeof ConversionFailure>;

export const ConversionNotice = z.discriminatedUnion("type", [
  /** 0 to 1; only sent when something was really done since the last one. */
  z.strictObject({ type: z.literal("progressed"), progress: z.number().min(0).max(1) }),
  /** `outputPath` is whole and in place. */
  z.strictObject({ type: z.literal("finished"), durationSeconds: z.number().min(0) }),
  z.strictObject({
    type: z.literal("refused"),
    failure: ConversionFailure,
    /** English, for the log. */
    reason: z.string().max(2000),
  }),
]);
export type ConversionNotice = z.infer<typeof ConversionNotice>;

/** Converted videos: H.264 at most this large and at this rate, key frame every two seconds. */
export const CONVERTED_VIDEO = { widthPx: 1280, heightPx: 720, fps: 25, gopFrames: 50 } as const;
