import "../support/quiet-ffmpeg.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Decoder, Demuxer, Encoder, Muxer } from "node-av/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runConversion } from "../../server/features/uploads/conversion-process.ts";
import { waitFor } from "../support/wait-for.ts";

const LIMITS = { maxSeconds: 60, maxSidePx: 2000, maxStreams: 4 };
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conversion-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Pictures without sound. */
async function writePictures(path: string, options: { size: string; seconds: number }): Promise<void> {
  const graph = `testsrc2=s=${options.size}:r=30:d=${options.seconds},format=yuv420p[out0]`;
  await using input = await Demuxer.open(graph, { format: "lavfi" });
  const stream = input.video();
  if (!stream) throw new Error("no picture");
  using decoder = await Decoder.create(stream);
  using encoder = await Encoder.create("libvpx" as never, { decoder, bitrate: "400k" } as never);
  await using muxer = await Muxer.open(path);
  const index = muxer.addStream(encoder);
  for await (using packet of encoder.packets(decoder.frames(input.packets(stream.index))))
    await muxer.writePacket(packet, index);
}

function convert(
  inputPath: string,
  changes: { silenceMs?: number; signal?: AbortSignal; program?: string } = {},
) {
  const outputPath = join(folder, "out.mp4");
  return runConversion(
    { type: "convert", inputPath, outputPath, limits: LIMITS },
    { onProgress: () => {}, signal: AbortSignal.timeout(60_000), ...changes },
  );
}

test("makes a tall WebM without sound into a video that the mixer takes", async () => {
  const path = join(folder, "tall.webm");
  await writePictures(path, { size: "607x1080", seconds: 2 });
  expect(await convert(path)).toEqual({ type: "finished", durationSeconds: 2 });
  await using demuxer = await Demuxer.open(join(folder, "out.mp4"));
  expect(demuxer.video()?.codecpar).toMatchObject({ width: 404, height: 720 });
  const sound = demuxer.audio();
  expect(sound?.codecpar).toMatchObject({ sampleRate: 48_000, channels: 2 });
  expect(demuxer.duration).toBeCloseTo(2, 1);
});

test("refuses pictures that are too large, and what is empty", async () => {
  const path = join(folder, "wide.webm");
  await writePictures(path, { size: "2048x64", seconds: 1 });
  expect(await convert(path)).toMatchObject({ type: "refused", failure: "too_large" });
  const empty = join(folder, "empty.mp4");
  writeFileSync(empty, "");
  expect(await convert(empty)).toMatchObject({ type: "refused", failure: "unsupported" });
});

test("ends a process that says nothing, and one that is no longer wanted, and leaves nothing that looks whole", async () => {
  const path = join(folder, "long.webm");
  await writePictures(path, { size: "640x360", seconds: 10 });
  rmSync(join(folder, "out.mp4"), { force: true });
  expect(await convert(path, { silenceMs: 50 })).toMatchObject({ type: "refused", failure: "broken" });
  await expect(convert(path, { signal: AbortSignal.timeout(300) })).rejects.toThrow();
  expect(readdirSync(folder)).not.toContain("out.mp4");
});

test("takes the word of a process that has finished and does not end", async () => {
  const program = join(folder, "stays.mjs");
  writeFileSync(
    program,
    'process.on("message", () => process.send({ type: "finished", durationSeconds: 2 })); setInterval(() => {}, 1000);',
  );
  expect(await convert("any.webm", { silenceMs: 5_000, program })).toEqual({
    type: "finished",
    durationSeconds: 2,
  });
});

const hasSessionsShare = existsSync("/proc/self/autogroup");

test.skipIf(!hasSessionsShare)("runs behind everybody, in a session of its own", async () => {
  const path = join(folder, "behind.webm");
  await writePictures(path, { size: "640x360", seconds: 10 });
  const stop = new AbortController();
  const done = convert(path, { signal: stop.signal }).catch(() => null);
  const pid = await waitFor(() => conversionPid(), { what: "the conversion's process" });
  const [own, conversion] = [readFileSync("/proc/self/autogroup", "utf8"), readAutogroup(pid)];
  stop.abort();
  await done;
  expect(conversion).toMatch(/ nice 19\n$/);
  expect(conversion.split(" ")[0]).not.toBe(own.split(" ")[0]);
});

test("ends with its parent, though nobody tells it to and its main thread is stuck", async () => {
  const program = `
    const { spawn } = require("node:child_process");
    const stuck = 'import(process.argv[1]).then(({ endWithParent }) => {' +
      ' endWithParent(); setTimeout(() => { process.stdout.write("stuck"); for (;;); }, 300) })';
    const child = spawn(process.execPath, ["-e", stuck, process.argv[1]], { stdio: ["ignore", "pipe", "ignore"], detached: true });
    child.stdout.once("data", () => process.stdout.write(String(child.pid)));
  `;
  const script = new URL("../../media/convert/end-with-parent.ts", import.meta.url).href;
  const parent = spawn(process.execPath, ["-e", program, script], { stdio: ["ignore", "pipe", "inherit"] });
  const [data] = await once(parent.stdout, "data");
  const pid = Number(String(data));
  const isThere = () => existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;
  expect(isThere()).toBe(true);
  parent.kill("SIGKILL");
  await waitFor(() => !isThere(), { what: "the end of the stuck process", timeoutMs: 5_000 });
});

/** Of this process's children the one that converts. */
function conversionPid(): number | null {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
  const isIt = (pid: string) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("media/convert/main.ts");
  return Number(children.find((pid) => pid !== "" && isIt(pid))) || null;
}

function readAutogroup(pid: number): string {
  return readFileSync(`/proc/${pid}/autogroup`, "utf8");
}
