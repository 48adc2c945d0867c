import { runConversion } from "../../server/features/uploads/conversion-process.ts";

/** Writes a real MP4 (H.264, AAC) with a counter in the picture; takes about a second for each two of its own. */
export async function writeVideoFile(path: string, seconds: number): Promise<void> {
  const outcome = await runConversion(
    {
      type: "compose",
      outputPath: path,
      card: {
        title: "Koe",
        subtitle: "",
        lines: ["Testivideo"],
        colours: ["#17343a", "#2f5d62", "#5e8b7e", "#a7c4bc"],
        toneHz: 220,
        lengthSeconds: seconds,
      },
    },
    { onProgress: () => {}, signal: AbortSignal.timeout(120_000) },
  );
  if (outcome.type !== "finished") throw new Error(outcome.reason);
}
