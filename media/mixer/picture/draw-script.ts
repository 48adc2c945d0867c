import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Filter, FilterGraph, Frame } from "node-av/lib";
import { must } from "../native.ts";
import { withDrawingFolder } from "./drawing-folder.ts";
import { copyFrame, createPicture, type OwnedPicture } from "./planes.ts";

/** URLs of TrueType files, since FreeType as it is built here cannot open web fonts. */
const fontFiles = () => [
  import.meta.resolve("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf"),
  import.meta.resolve("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf"),
];

/**
 * Draws an ASS script by libass on a field of one colour (`0xRRGGBB`), off the main thread, in a private folder
 * that is gone afterwards. The caller frees `frame`. @throws NativeError
 */
export function drawScript(
  script: string,
  size: { widthPx: number; heightPx: number; background: string },
): Promise<OwnedPicture> {
  return withDrawingFolder(async (folder) => {
    await writeFile(join(folder, "script.ass"), script);
    for (const [index, file] of fontFiles().entries())
      await symlink(fileURLToPath(file), join(folder, `${index}.ttf`));
    return await draw(folder, size);
  });
}

async function draw(
  folder: string,
  size: { widthPx: number; heightPx: number; background: string },
): Promise<OwnedPicture> {
  const graph = new FilterGraph();
  const frame = new Frame();
  graph.alloc();
  frame.alloc();
  try {
    const { widthPx, heightPx, background } = size;
    const chain = [
      ["color", `color=${background}:size=${widthPx}x${heightPx}:rate=1:duration=1`],
      ["format", "pix_fmts=yuv420p"],
      ["ass", `filename=${literal(join(folder, "script.ass"))}:fontsdir=${literal(folder)}`],
      ["buffersink", null],
    ] as const;
    const filters = chain.map(([name, options]) => {
      const filter = graph.createFilter(Filter.getByName(name)!, name, options);
      if (!filter) throw new Error(`no filter ${name}`);
      return filter;
    });
    for (const [index, filter] of filters.entries()) {
      const next = filters[index + 1];
      if (next) must("link filters", filter.link(0, next, 0));
    }
    must("configure drawing", await graph.config());
    must("draw", await filters.at(-1)!.buffersinkGetFrame(frame));
    const picture = createPicture(widthPx, heightPx);
    copyFrame(frame, picture);
    return picture;
  } finally {
    frame.free();
    graph.free();
  }
}

/** A filter option's value: its own separators are taken literally. */
function literal(value: string): string {
  return value.replace(/[\\':]/g, "\\$&");
}
