/* The recording as a viewer gets it who goes back in a broadcast: listed, fetched and decoded. */
import { readCounters } from "../../bench/hls/read-counters.ts";
import { type ReadSegment, readPlaylist } from "../playlist-reader.ts";
import { PROGRAMME_FPS, type StandingLoad } from "./standing-load.ts";

const RENDITION = "v720";
/** On either side of the instant. */
const SEGMENTS = 4;

/**
 * Of the pictures in the segments that lie around `atMs`, those that decode, %. 0: there is no segment before it.
 * @throws when a playlist is wrong
 */
export async function readPlayable(load: StandingLoad, atMs: number): Promise<number> {
  const folder = `${load.url}/media/live/${load.broadcastId}`;
  const playlist = readPlaylist((await fetchBytes(`${folder}/${RENDITION}.m3u8`)).toString("utf8"));
  const segments = playlist.segments.filter(({ isGap, dateMs }) => !isGap && dateMs !== null);
  const before = segments.filter(({ dateMs }) => dateMs! < atMs).slice(-SEGMENTS);
  const after = segments.filter(({ dateMs }) => dateMs! >= atMs).slice(0, SEGMENTS);
  if (before.length === 0 || after.length === 0) return 0;
  const shares = [before, after].map((run) => shareOf(folder, run));
  return Math.min(...(await Promise.all(shares)));
}

/** `segments` of one run, which have one init. */
async function shareOf(folder: string, segments: readonly ReadSegment[]): Promise<number> {
  const [{ map }] = segments as [ReadSegment];
  const own = segments.filter((one) => one.map === map);
  const names = [map!, ...own.map(({ uri }) => uri)];
  const files = await Promise.all(names.map((name) => fetchBytes(`${folder}/${name}`)));
  const pictures = await readCounters(Buffer.concat(files));
  const wanted = own.reduce((sum, { duration }) => sum + duration * PROGRAMME_FPS, 0);
  return (100 * pictures.length) / wanted;
}

async function fetchBytes(url: string): Promise<Buffer> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}
