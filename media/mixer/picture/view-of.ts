import { Filter, FilterGraph, Frame } from "node-av/lib";
import { must } from "../native.ts";
import type { Place } from "./layout.ts";
import type { OwnedPicture } from "./planes.ts";

/** A frame whose pixels are those of a part of a picture: what is drawn there is drawn on the picture. The caller frees it. */
export function viewOf(picture: OwnedPicture, at: Place): Frame {
  const graph = new FilterGraph();
  graph.alloc();
  try {
    const chain = (
      [
        ["buffer", `video_size=${picture.widthPx}x${picture.heightPx}:pix_fmt=yuv420p:time_base=1/25`],
        ["crop", `${at.widthPx}:${at.heightPx}:${at.x}:${at.y}`],
        ["buffersink", null],
      ] as const
    ).map(([filter, options]) => graph.createFilter(Filter.getByName(filter)!, filter, options)!);
    for (const [index, filter] of chain.slice(0, -1).entries()) filter.link(0, chain[index + 1]!, 0);
    must("prepare view", graph.configSync());
    const view = new Frame();
    view.alloc();
    const whole = picture.frame.clone()!;
    const taken = chain[0]!.buffersrcAddFrameSync(whole);
    whole.free();
    must("view", taken);
    must("view", chain[2]!.buffersinkGetFrameSync(view));
    return view;
  } finally {
    graph.free();
  }
}
