/** Every address that a player of `start` may fetch: playlists, init segments, segments, parts, pictures. */
export async function crawlPlaylists(origin: string, start: string): Promise<string[]> {
  const found = new Set([start]);
  for (const path of found) {
    if (!/\.(?:m3u8|vtt)$/.test(path)) continue;
    const response = await fetch(`${origin}${path}`);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    for (const name of namesIn(await response.text())) found.add(new URL(name, `${origin}${path}`).pathname);
  }
  return [...found];
}

function namesIn(text: string): string[] {
  return (
    text
      .split("\n")
      // What is hinted is not there yet: its request waits.
      .filter((line) => !line.startsWith("#EXT-X-PRELOAD-HINT"))
      .flatMap((line) => {
        const uri = /URI="([^"]+)"/.exec(line)?.[1];
        if (uri !== undefined) return [uri];
        return /^[a-z0-9_-]+\.[a-z0-9]{2,4}$/.test(line) ? [line] : [];
      })
  );
}
