import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Demuxer } from "node-av/api";
import { CONVERTED_VIDEO, type TitleCard } from "../../server/contract/convert.ts";
import { encodeToFile } from "./encode-file.ts";

/** TrueType files, since FreeType as it is built here cannot open web fonts. */
const FONTS = {
  regular: "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf",
  bold: "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf",
} as const;
const require = createRequire(import.meta.url);
const FADE_SECONDS = 1;

/**
 * Makes a short presentation video out of a title card: a slowly moving background, texts, elapsed time and quiet
 * chords. All of it is computed, so that an installation can show a recorded presentation without any media file.
 * @returns its length in seconds.
 */
export async function composeCard(
  card: TitleCard,
  outputPath: string,
  onProgress: (progress: number) => void,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "title-card-"));
  try {
    for (const [name, file] of Object.entries(FONTS))
      await symlink(require.resolve(file), join(folder, `${name}.ttf`));
    const graph = `${await pictureGraph(card, folder)};${soundGraph(card)}`;
    const demuxer = await Demuxer.open(graph, { format: "lavfi" });
    try {
      const video = demuxer.video();
      const audio = demuxer.audio();
      if (!video || !audio) throw new Error("the title card's graph gave no picture or no sound");
      const input = {
        demuxer,
        video,
        audio,
        turn: "",
        preset: "superfast" as const,
        maxSeconds: card.lengthSeconds + 1,
        progressAt: (seconds: number) => Math.min(1, seconds / card.lengthSeconds),
      };
      return await encodeToFile(input, outputPath, onProgress);
    } finally {
      await demuxer.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Texts pass as files, so that nothing in them is taken for filter syntax. */
async function pictureGraph(card: TitleCard, folder: string): Promise<string> {
  const { widthPx, heightPx, fps } = CONVERTED_VIDEO;
  const length = card.lengthSeconds;
  const [c0, c1, c2, c3] = card.colours.map((colour) => colour.replace("#", "0x"));
  let files = 0;
  const font = (name: keyof typeof FONTS) => join(folder, `${name}.ttf`);
  const text = async (
    content: string,
    options: string,
    weight: keyof typeof FONTS = "regular",
  ): Promise<string> => {
    const path = join(folder, `${files++}.txt`);
    await writeFile(path, content);
    return `drawtext=fontfile=${font(weight)}:textfile=${path}:expansion=none:${options}`;
  };
  const share = length / card.lines.length;
  const lines = await Promise.all(
    card.lines.map((line, index) => {
      const [from, to] = [index * share, (index + 1) * share];
      const alpha = `min(1\\,min((t-${from})/${FADE_SECONDS}\\,(${to}-t)/${FADE_SECONDS}))`;
      return text(
        line,
        `fontsize=38:fontcolor=white:x=96:y=420-6*${alpha}:alpha=max(0\\,${alpha}):enable=between(t\\,${from}\\,${to})`,
      );
    }),
  );
  const layers = [
    await text(card.subtitle, "fontsize=30:fontcolor=white@0.85:x=96:y=150"),
    await text(card.title, "fontsize=60:fontcolor=white:x=96:y=200", "bold"),
    "drawbox=x=96:y=372:w=120:h=4:color=white@0.7:t=fill",
    ...lines,
    `drawtext=fontfile=${font("regular")}:text=%{pts\\\\:gmtime\\\\:0\\\\:%M.%S}:fontsize=30:fontcolor=white@0.85:x=96:y=620`,
    `drawbox=x=0:y=${heightPx - 6}:w=${widthPx}:h=6:color=white@0.15:t=fill`,
  ];
  return [
    // Computed small and seldom, drawn large: a tenth of the cost, and a slow gradient has nothing to lose.
    `gradients=s=160x90:r=5:d=${length}:speed=0.006:n=4:c0=${c0}:c1=${c1}:c2=${c2}:c3=${c3}:seed=7`,
    "format=yuv420p",
    `scale=${widthPx}:${heightPx}:flags=bilinear`,
    `fps=${fps}`,
    ...layers,
  ]
    .join(",")
    .concat(
      `[card];color=c=white@0.8:s=${widthPx}x6:r=${fps}:d=${length}[bar]`,
      `;[card][bar]overlay=x=-w+w*t/${length}:y=H-6:shortest=1,format=yuv420p[out0]`,
    );
}

/** Five tones of a suspended chord, each swelling at its own pace; the channels swell apart. */
function soundGraph(card: TitleCard): string {
  const tones = [
    [1, 7],
    [1.5, 11],
    [2, 9],
    [2.25, 13],
    [3, 17],
  ] as const;
  const channel = (phase: number): string =>
    tones
      .map(([ratio, period], index) => {
        const level = 0.07 / (1 + index * 0.45);
        return `${level}*sin(2*PI*${card.toneHz * ratio}*t)*pow(sin(PI*(t+${phase * (index + 1)})/${period})\\,2)`;
      })
      .join("+");
  const length = card.lengthSeconds;
  return [
    `aevalsrc=${channel(0)}|${channel(0.8)}:s=24000:d=${length}`,
    `afade=t=in:d=2,afade=t=out:st=${length - 2}:d=2[out1]`,
  ].join(",");
}
