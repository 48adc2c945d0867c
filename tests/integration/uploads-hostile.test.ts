/*
 * Files that are not what they say, or say what nobody could show: refused by a code that the organiser reads a
 * sentence for, without a request to anywhere, and with nothing left on disk.
 */
import "../support/quiet-ffmpeg.ts";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConversionRefused } from "../../media/convert/conversion-refused.ts";
import { encodeToFile } from "../../media/convert/encode-file.ts";
import { openUpload } from "../../media/convert/open-upload.ts";
import type { Browser } from "../support/browser.ts";
import { createFair, createLink, createPresentation, type Fair } from "../support/factories.ts";
import { jpegOfSize, writeMadeUpMatroska } from "../support/made-up-matroska.ts";
import { makeVideo } from "../support/make-video.ts";
import { startTestServer, type TestServer } from "../support/start-test-server.ts";
import { beginUpload, upload } from "../support/tus-upload.ts";
import { writeVideoFile } from "../support/video-file.ts";
import { waitFor } from "../support/wait-for.ts";

const LIMITS = { maxSeconds: 12 * 3600, maxSidePx: 7680, maxStreams: 16 };
const HOUR = 3600;
const CONVERSION_MS = 80_000;
/** Reached only by an upload that makes the converter read a file or ask an address. */
const SECRET = "torilla-secret-of-the-tests";

let folder: string;
let video: Buffer;
let bait: Server;
let asked = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "uploads-hostile-"));
  const path = join(folder, "video.mp4");
  await writeVideoFile(path, 5);
  video = readFileSync(path);
  writeFileSync(join(folder, "secret.ts"), SECRET.repeat(100));
  bait = createServer((_request, response) => {
    asked += 1;
    response.end(video);
  });
  await new Promise<void>((resolve) => bait.listen(0, "127.0.0.1", resolve));
}, 120_000);
afterAll(() => {
  bait.close();
  rmSync(folder, { recursive: true, force: true });
});

const baitUrl = () => `http://127.0.0.1:${(bait.address() as AddressInfo).port}/video.mp4`;
const bytes = (hex: string, rest = "") => Buffer.concat([Buffer.from(hex, "hex"), Buffer.from(rest)]);
const playlist = (address: string) =>
  `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:5,\n${address}\n#EXT-X-ENDLIST\n`;
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>`;

/** An ISO box. */
function box(type: string, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, body]);
}
/** The video with its data reference pointing at another file, as QuickTime allows. */
function withExternalData(address: string): Buffer {
  const at = video.indexOf("url \0\0\0\u0001", 0, "latin1");
  if (at < 0) throw new Error("no data reference in the video");
  const patched = Buffer.from(video);
  // No longer "in this file": flags 0, and the address after it, over what follows in the table.
  patched.writeUInt32BE(0, at + 4);
  return Buffer.concat([patched.subarray(0, at + 8), Buffer.from(`${address}\0`), patched.subarray(at + 8)]);
}

const files: [name: string, content: () => Buffer, failure: string | RegExp][] = [
  ["text", () => Buffer.from("Tämä on tekstiä.\n".repeat(100)), "unsupported"],
  ["a page", () => Buffer.from("<!doctype html><script>alert(1)</script>".repeat(50)), "unsupported"],
  ["an SVG with a script", () => Buffer.from(svg.repeat(20)), "unsupported"],
  ["a picture (PNG)", () => bytes("89504e470d0a1a0a0000000d49484452", "x".repeat(2000)), "unsupported"],
  ["a picture (JPEG)", () => jpegOfSize(640, 480), "unsupported"],
  ["a picture (GIF)", () => Buffer.from(`GIF89a${"x".repeat(2000)}`), "unsupported"],
  ["a PDF", () => Buffer.from(`%PDF-1.7\n${"x".repeat(2000)}`), "unsupported"],
  ["an archive (zip)", () => bytes("504b0304", "x".repeat(2000)), "unsupported"],
  ["a program (ELF)", () => bytes("7f454c4602010100", "x".repeat(2000)), "unsupported"],
  ["a shell script", () => Buffer.from("#!/bin/sh\nid > /tmp/x\n".repeat(60)), "unsupported"],
  ["a playlist of a file", () => Buffer.from(playlist(`file://${join(folder, "secret.ts")}`)), "unsupported"],
  ["a playlist of an address", () => Buffer.from(playlist(baitUrl())), "unsupported"],
  [
    "a concat script",
    () => Buffer.from(`ffconcat version 1.0\nfile '${join(folder, "video.mp4")}'\n`),
    "unsupported",
  ],
  [
    "a concat script of an address",
    () => Buffer.from(`ffconcat version 1.0\nfile '${baitUrl()}'\n`),
    "unsupported",
  ],
  [
    "a DASH manifest",
    () => Buffer.from(`<MPD><Period><BaseURL>${baitUrl()}</BaseURL></Period></MPD>`),
    "unsupported",
  ],
  [
    "a session description",
    () => Buffer.from("v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
    "unsupported",
  ],
  ["nothing", () => Buffer.alloc(0), "unsupported"],
  ["one byte", () => Buffer.from([0]), "unsupported"],
  ["zeros", () => Buffer.alloc(100_000), "unsupported"],
  [
    "a playlist behind an MP4's first box",
    () => Buffer.concat([box("ftyp", Buffer.from("isom\0\0\0\0")), Buffer.from(playlist(baitUrl()))]),
    "broken",
  ],
  [
    "a playlist in an MP4's data",
    () =>
      Buffer.concat([
        box("ftyp", Buffer.from("isom\0\0\0\0")),
        box("mdat", Buffer.from(playlist(baitUrl()))),
      ]),
    "broken",
  ],
  [
    "an MP4 whose data lie in another file",
    () => withExternalData(`file://${join(folder, "video.mp4")}`),
    /broken|unsupported/,
  ],
  ["an MP4 whose data lie at an address", () => withExternalData(baitUrl()), /broken|unsupported/],
  [
    "a box longer than the file",
    () => Buffer.concat([bytes("7fffffff"), Buffer.from("moov"), Buffer.alloc(2000)]),
    /broken|unsupported/,
  ],
  ["boxes in boxes without end", () => nested(5_000), "broken"],
  ["a header with noise", () => Buffer.concat([video.subarray(0, 24), Buffer.alloc(5000, 0x5a)]), "broken"],
  [
    "transport packets of noise",
    () => Buffer.alloc(188 * 200, Buffer.concat([Buffer.from([0x47]), Buffer.alloc(187, 0x99)])),
    /broken|unsupported/,
  ],
  [
    "a picture of 30,000 × 30,000",
    () => writeMadeUpMatroska({ widthPx: 30_000, heightPx: 30_000, blocks: [jpegOfSize(30_000, 30_000)] }),
    /too_large|broken/,
  ],
  [
    "a picture of 12,000 × 12,000",
    () => writeMadeUpMatroska({ widthPx: 12_000, heightPx: 12_000, blocks: [jpegOfSize(12_000, 12_000)] }),
    "too_large",
  ],
  [
    "a long thin picture",
    () => writeMadeUpMatroska({ widthPx: 65_500, heightPx: 16, blocks: [jpegOfSize(65_500, 16)] }),
    "too_large",
  ],
  [
    "a picture that is larger than its container says",
    () =>
      writeMadeUpMatroska({
        widthPx: 640,
        heightPx: 360,
        blocks: Array.from({ length: 20 }, () => jpegOfSize(30_000, 30_000)),
      }),
    /too_large|broken/,
  ],
  [
    "a hundred hours",
    () =>
      writeMadeUpMatroska({
        widthPx: 640,
        heightPx: 360,
        durationSeconds: 100 * HOUR,
        blocks: [jpegOfSize(640, 360)],
      }),
    "too_long",
  ],
  [
    "a block that unpacks to 50 MB",
    () =>
      writeMadeUpMatroska({
        widthPx: 640,
        heightPx: 360,
        isDeflated: true,
        blocks: [deflateSync(Buffer.alloc(50_000_000))],
      }),
    /broken|unsupported/,
  ],
  [
    "a codec that is not let in",
    () =>
      writeMadeUpMatroska({
        codec: "V_UNCOMPRESSED",
        widthPx: 64,
        heightPx: 64,
        blocks: [Buffer.alloc(64 * 64 * 3)],
      }),
    "unsupported",
  ],
];

function nested(depth: number): Buffer {
  const size = depth * 8;
  const boxes = Buffer.alloc(size);
  for (let level = 0; level < depth; level += 1) {
    boxes.writeUInt32BE(size - level * 8, level * 8);
    boxes.write("moov", level * 8 + 4, "latin1");
  }
  return boxes;
}

/** As the conversion process does it. */
async function convert(path: string): Promise<string> {
  const outputPath = join(folder, "out.mp4");
  try {
    const input = await openUpload(path, LIMITS);
    try {
      await encodeToFile(input, outputPath, () => {});
    } finally {
      await input.demuxer.close();
    }
    return "finished";
  } catch (error) {
    return error instanceof ConversionRefused ? error.failure : `internal: ${error}`;
  }
}

describe("the converter", () => {
  test.each(files)("refuses %s", async (name, content, failure) => {
    const path = join(folder, "upload");
    writeFileSync(path, content());
    const before = process.memoryUsage.rss();
    expect(await convert(path), name).toMatch(
      failure instanceof RegExp ? failure : new RegExp(`^${failure}$`),
    );
    expect(readdirSync(folder).filter((one) => one.startsWith("out"))).toEqual([]);
    expect(process.memoryUsage.rss() - before, "bytes that it took").toBeLessThan(400 * 1024 ** 2);
  });

  test("refuses thousands of pictures a second", async () => {
    const path = join(folder, "upload.mp4");
    await makeVideo(path, {
      seconds: 0.6,
      widthPx: 32,
      heightPx: 32,
      fps: 5_000,
      draw: () => {},
      level: () => 0,
    });
    expect(await convert(path)).toBe("unsupported");
  });

  test("asked nobody for anything", () => {
    expect(asked).toBe(0);
  });
});

describe("by the organiser's door", () => {
  let server: TestServer;
  let fair: Fair;
  let organiser: Browser;
  let presentationId: string;

  beforeAll(async () => {
    server = await startTestServer();
    fair = await createFair(server.db);
    const link = await createLink(server.db, { role: "organiser", eventId: fair.event.id });
    organiser = await server.browser().open(link);
    presentationId = (await createPresentation(server.db, { stageId: fair.stage.id, kind: "video" })).id;
  });
  afterAll(() => server.close());

  const filesIn = (name: string) =>
    readdirSync(join(server.config.dataDir, name)).filter((file) => !file.startsWith("."));
  const byName = (name: string) => files.find(([one]) => one === name)![1]();

  test.each([
    ["a playlist of a file", "luento.mp4", "unsupported"],
    ["a picture of 12,000 × 12,000", "iso.mkv", "too_large"],
  ])("%s is refused by a code, and nothing of it is left", async (name, filename, failure) => {
    await upload(organiser, { presentationId, bytes: byName(name), filename });
    const media = await waitFor(
      async () => {
        const params = { event: fair.event.slug };
        const { presentations } = await organiser.call("readManagedEvent", { params });
        const found = presentations.find(({ id }) => id === presentationId)?.media;
        return found?.originalName === filename && found.state === "failed" ? found : null;
      },
      { what: "the refusal", timeoutMs: CONVERSION_MS },
    );
    expect(media).toMatchObject({ failure, durationSeconds: null });
    await waitFor(() => filesIn("uploads").length === 0, { what: "an empty upload folder" });
    expect(filesIn("media")).toEqual([]);
    const rows = await server.db.media.findMany({ where: { presentationId, state: { not: "failed" } } });
    expect(rows).toEqual([]);
  });

  test("an empty file does not begin, and what was refused goes with its presentation", async () => {
    const metadata = { presentationId, filename: "tyhjä.mp4" };
    const response = await beginUpload(organiser, { size: 0, metadata });
    expect(await response.json()).toMatchObject({ code: "bad_request" });
    await organiser.call("deletePresentation", { params: { event: fair.event.slug, presentationId } });
    expect(await server.db.media.count()).toBe(0);
  });
});
