/*
 * A strict reader of media playlists: throws at whatever RFC 8216 and draft-pantos-hls-rfc8216bis do not allow, so
 * that a test which reads a playlist has checked it. Knows only the tags that this product writes.
 */

export interface ReadPart {
  uri: string;
  duration: number;
  isIndependent: boolean;
}
export interface ReadSegment {
  msn: number;
  uri: string;
  duration: number;
  map: string | null;
  dateMs: number | null;
  isDiscontinuity: boolean;
  isGap: boolean;
  parts: ReadPart[];
}
export interface ReadPlaylist {
  version: number;
  target: number;
  type: string | null;
  partTarget: number | null;
  control: Record<string, string>;
  firstMsn: number;
  discontinuities: number;
  skipped: number;
  segments: ReadSegment[];
  /** Parts of the segment in the making, with what stands before them. */
  openParts: ReadPart[];
  openMap: string | null;
  isOpenDiscontinuity: boolean;
  hint: string | null;
  reports: Record<string, string>[];
  isEnded: boolean;
}

const TAGS_ONCE = new Set([
  "EXTM3U",
  "EXT-X-VERSION",
  "EXT-X-TARGETDURATION",
  "EXT-X-SERVER-CONTROL",
  "EXT-X-PART-INF",
  "EXT-X-MEDIA-SEQUENCE",
  "EXT-X-DISCONTINUITY-SEQUENCE",
  "EXT-X-PLAYLIST-TYPE",
  "EXT-X-INDEPENDENT-SEGMENTS",
  "EXT-X-SKIP",
  "EXT-X-PRELOAD-HINT",
  "EXT-X-ENDLIST",
]);
const FILE = /^[a-z0-9_-]{1,64}\.[a-z0-9]{2,4}$/;

export function readPlaylist(text: string): ReadPlaylist {
  must(text.endsWith("\n"), "ends with a line break");
  const lines = text.slice(0, -1).split("\n");
  must(lines[0] === "#EXTM3U", "begins with #EXTM3U");
  const seen = new Set<string>();
  const list: ReadPlaylist = {
    version: 1,
    target: Number.NaN,
    type: null,
    partTarget: null,
    control: {},
    firstMsn: 0,
    discontinuities: 0,
    skipped: 0,
    segments: [],
    openParts: [],
    openMap: null,
    isOpenDiscontinuity: false,
    hint: null,
    reports: [],
    isEnded: false,
  };
  let map: string | null = null;
  let next = {
    duration: null as number | null,
    dateMs: null as number | null,
    isDiscontinuity: false,
    isGap: false,
    parts: [] as ReadPart[],
  };
  for (const line of lines) {
    must(line !== "" && line === line.trim(), `clean line: ${JSON.stringify(line)}`);
    if (!line.startsWith("#")) {
      must(FILE.test(line), `file name: ${line}`);
      must(next.duration !== null, `EXTINF before ${line}`);
      const msn = list.firstMsn + list.skipped + list.segments.length;
      list.segments.push({ ...next, msn, uri: line, duration: next.duration!, map });
      next = { duration: null, dateMs: null, isDiscontinuity: false, isGap: false, parts: [] };
      continue;
    }
    const [, tag, value = ""] = /^#([A-Z0-9-]+)(?::(.*))?$/.exec(line) ?? [];
    must(tag !== undefined, `a tag: ${line}`);
    if (TAGS_ONCE.has(tag!)) must(!seen.has(tag!), `${tag} once`);
    seen.add(tag!);
    must(!list.isEnded, `nothing after ENDLIST: ${line}`);
    switch (tag) {
      case "EXTM3U":
      case "EXT-X-INDEPENDENT-SEGMENTS":
        break;
      case "EXT-X-VERSION":
        list.version = integer(value);
        break;
      case "EXT-X-TARGETDURATION":
        list.target = integer(value);
        break;
      case "EXT-X-PLAYLIST-TYPE":
        must(value === "VOD" || value === "EVENT", `type ${value}`);
        list.type = value;
        break;
      case "EXT-X-SERVER-CONTROL":
        list.control = attributes(value);
        break;
      case "EXT-X-PART-INF":
        list.partTarget = decimal(attributes(value)["PART-TARGET"]);
        break;
      case "EXT-X-MEDIA-SEQUENCE":
        must(list.segments.length === 0 && list.skipped === 0, "MEDIA-SEQUENCE before segments");
        list.firstMsn = integer(value);
        break;
      case "EXT-X-DISCONTINUITY-SEQUENCE":
        must(list.segments.length === 0 && list.skipped === 0, "DISCONTINUITY-SEQUENCE before segments");
        list.discontinuities = integer(value);
        break;
      case "EXT-X-SKIP":
        must(list.segments.length === 0 && list.version >= 9, "SKIP before segments, version 9");
        list.skipped = integer(attributes(value)["SKIPPED-SEGMENTS"]);
        must(list.skipped > 0, "something is skipped");
        break;
      case "EXT-X-MAP":
        must(list.version >= 6, "MAP needs version 6");
        map = quoted(attributes(value).URI);
        must(FILE.test(map), `file name: ${map}`);
        break;
      case "EXT-X-PROGRAM-DATE-TIME":
        must(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value), `date ${value}`);
        next.dateMs = Date.parse(value);
        break;
      case "EXT-X-DISCONTINUITY":
        must(!next.isDiscontinuity && next.parts.length === 0, "one DISCONTINUITY before a segment");
        next.isDiscontinuity = true;
        break;
      case "EXT-X-GAP":
        must(list.version >= 8, "GAP needs version 8");
        next.isGap = true;
        break;
      case "EXT-X-PART":
        next.parts.push(part(value));
        break;
      case "EXTINF":
        must(/^\d+(\.\d+)?,$/.test(value), `EXTINF ${value}`);
        next.duration = Number.parseFloat(value);
        break;
      case "EXT-X-PRELOAD-HINT": {
        const hint = attributes(value);
        must(hint.TYPE === "PART", "hint of a part");
        list.hint = quoted(hint.URI);
        break;
      }
      case "EXT-X-RENDITION-REPORT":
        list.reports.push(attributes(value));
        break;
      case "EXT-X-ENDLIST":
        list.isEnded = true;
        break;
      default:
        throw new Error(`unknown tag ${tag}`);
    }
  }
  must(next.duration === null, "a URI after EXTINF");
  list.openParts = next.parts;
  list.openMap = next.parts.length > 0 ? map : null;
  list.isOpenDiscontinuity = next.isDiscontinuity && next.parts.length > 0;
  check(list);
  return list;
}

function check(list: ReadPlaylist): void {
  must(Number.isInteger(list.target) && list.target > 0, "TARGETDURATION");
  if (list.skipped === 0 && list.segments.length > 0)
    must(list.segments[0]!.map !== null, "MAP before the first segment");
  let dateMs = Number.NEGATIVE_INFINITY;
  const uris = new Set<string>();
  for (const [index, segment] of list.segments.entries()) {
    must(Math.round(segment.duration) <= list.target, `${segment.uri} within the target duration`);
    must(!uris.has(segment.uri), `${segment.uri} once`);
    uris.add(segment.uri);
    if (segment.dateMs !== null) {
      must(segment.dateMs > dateMs, `dates go forward at ${segment.uri}`);
      dateMs = segment.dateMs;
    }
    const before = list.segments[index - 1];
    if (before !== undefined && before.map !== segment.map)
      must(segment.isDiscontinuity, `new MAP joined at ${segment.uri}`);
    if (segment.parts.length > 0) {
      const sum = segment.parts.reduce((total, one) => total + one.duration, 0);
      must(Math.abs(sum - segment.duration) < 0.002, `parts of ${segment.uri} make the segment`);
    }
    checkParts(list, segment.parts, true);
  }
  checkParts(list, list.openParts, false);
  if (list.hint !== null) {
    must(!list.isEnded, "no hint after the end");
    must(
      ![...list.segments.flatMap((one) => one.parts), ...list.openParts].some((one) => one.uri === list.hint),
      "hint is to come",
    );
  }
  if (list.partTarget !== null) {
    must(decimal(list.control["PART-HOLD-BACK"]) >= 2 * list.partTarget, "PART-HOLD-BACK");
    must(list.control["CAN-BLOCK-RELOAD"] === "YES", "CAN-BLOCK-RELOAD");
    must(decimal(list.control["CAN-SKIP-UNTIL"]) >= 6 * list.target, "CAN-SKIP-UNTIL");
    must(decimal(list.control["HOLD-BACK"]) >= 3 * list.target, "HOLD-BACK");
  }
  if (list.skipped > 0) {
    const left = list.segments.reduce((sum, one) => sum + one.duration, 0);
    must(left >= decimal(list.control["CAN-SKIP-UNTIL"]), "nothing within the skip boundary is skipped");
  }
}

function checkParts(list: ReadPlaylist, parts: ReadPart[], isWhole: boolean): void {
  for (const [index, one] of parts.entries()) {
    must(
      list.partTarget !== null && one.duration <= list.partTarget + 1e-6,
      `${one.uri} within the part target`,
    );
    const isLast = isWhole && index === parts.length - 1;
    const isShort = one.duration < 0.85 * list.partTarget!;
    // After a part that was too long the target is larger than the others for a while.
    must(!isShort || isLast || list.partTarget! > 0.36, `${one.uri} is not too short`);
  }
  if (parts.length > 0) must(parts[0]!.isIndependent, `${parts[0]!.uri} begins with a key frame`);
}

/** What a player has after it took in a delta update of the playlist it holds. */
export function mergeDelta(held: ReadPlaylist, delta: ReadPlaylist): ReadSegment[] {
  const first = delta.firstMsn;
  const kept = held.segments.filter(({ msn }) => msn >= first && msn < first + delta.skipped);
  must(kept.length === delta.skipped, "all that is skipped is held");
  let map = kept.at(-1)?.map ?? null;
  const fresh = delta.segments.map((one) => {
    map = one.map ?? map;
    return { ...one, map };
  });
  return [...kept, ...fresh];
}

function part(value: string): ReadPart {
  const read = attributes(value);
  const uri = quoted(read.URI);
  must(FILE.test(uri), `file name: ${uri}`);
  return { uri, duration: decimal(read.DURATION), isIndependent: read.INDEPENDENT === "YES" };
}

export function attributes(value: string): Record<string, string> {
  const read: Record<string, string> = {};
  const one = /([A-Z0-9-]+)=("[^"\r\n]*"|[^",\s]+)(?:,|$)/y;
  while (one.lastIndex < value.length) {
    const at = one.lastIndex;
    const match = one.exec(value);
    must(match !== null, `attributes from ${at}: ${value}`);
    must(read[match![1]!] === undefined, `${match![1]} once`);
    read[match![1]!] = match![2]!;
  }
  return read;
}

function quoted(value: string | undefined): string {
  must(value !== undefined && /^".*"$/.test(value), `a quoted string: ${value}`);
  return value!.slice(1, -1);
}
function integer(value: string | undefined): number {
  must(value !== undefined && /^\d+$/.test(value), `an integer: ${value}`);
  return Number(value);
}
function decimal(value: string | undefined): number {
  must(value !== undefined && /^\d+(\.\d+)?$/.test(value), `a decimal: ${value}`);
  return Number(value);
}
function must(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`playlist: ${what}`);
}
