import type { ReplayPlan } from "./replay-plan.ts";

/** WebVTT whose cues name the picture that shows this stretch of the replay; the first one reaches back to 0. */
export function writeThumbnailsVtt({ thumbnails, durationSeconds }: ReplayPlan): string {
  const cues = thumbnails.map(({ file, atSeconds }, index) => {
    const from = index === 0 ? 0 : atSeconds;
    const to = thumbnails[index + 1]?.atSeconds ?? Math.max(durationSeconds, atSeconds + 0.001);
    return `${timestamp(from)} --> ${timestamp(to)}\n${file}\n`;
  });
  return ["WEBVTT\n", ...cues].join("\n");
}

/** `hh:mm:ss.ttt` */
function timestamp(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}
