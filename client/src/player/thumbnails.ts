/** One picture of a seek preview: shown for `[startSeconds, endSeconds)`. */
export interface Thumbnail {
  startSeconds: number;
  endSeconds: number;
  url: string;
}

/** Reads a WebVTT track of images; a cue that is not understood is left out. `baseUrl`: the track's own. */
export function parseThumbnails(vtt: string, baseUrl: string): Thumbnail[] {
  const thumbnails: Thumbnail[] = [];
  for (const block of vtt.replaceAll("\r\n", "\n").split(/\n{2,}/)) {
    const lines = block.split("\n").filter((line) => line.trim() !== "");
    const at = lines.findIndex((line) => line.includes("-->"));
    const address = lines[at + 1]?.trim();
    if (at < 0 || !address) continue;
    const [from, to] = lines[at]!.split("-->").map(parseTime);
    if (from == null || to == null || to <= from) continue;
    thumbnails.push({ startSeconds: from, endSeconds: to, url: new URL(address, baseUrl).href });
  }
  return thumbnails;
}

/** `hh:mm:ss.ttt` or `mm:ss.ttt`, with cue settings after it ignored. */
function parseTime(text: string): number | null {
  const match = /^\s*(?:(\d{1,4}):)?(\d{2}):(\d{2}(?:\.\d{1,3})?)(?:\s|$)/.exec(text);
  if (!match) return null;
  return Number(match[1] ?? 0) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

export function findThumbnail(thumbnails: readonly Thumbnail[], seconds: number): Thumbnail | null {
  return thumbnails.find((one) => seconds >= one.startSeconds && seconds < one.endSeconds) ?? null;
}

export async function loadThumbnails(url: string, signal: AbortSignal): Promise<Thumbnail[]> {
  const response = await fetch(url, { signal });
  return response.ok ? parseThumbnails(await response.text(), new URL(url, location.href).href) : [];
}
