/*
 * node tests/bench/hls-edge.ts [viewers] [seconds] [hoursBehind]: what viewers at the live edge cost the HLS edge. Each follows
 * one video rung and the sound by blocking delta reloads and fetches every part. The edge runs in a process of its
 * own, whose CPU time is read.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HlsEdgeRig } from "../support/hls-edge-rig.ts";
import { madeUpPart, madeUpParts, madeUpRun, RENDITIONS } from "../support/made-up-programme.ts";

const ID = "0190a000-0000-7000-8000-000000000001";
const KBPS = { v720: 2000, v360: 600, aud: 96 } as const;
const VIEWERS = Number(process.argv[2] ?? 200);
const SECONDS = Number(process.argv[3] ?? 20);
const HOURS = Number(process.argv[4] ?? 0.1);

if (process.send === undefined) await measure();
else await serve();

async function serve(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "torilla-bench-"));
  const rig = await HlsEdgeRig.create({ segmentsFolder: folder });
  rig.broadcasts.set(ID, { endedAt: null });
  const past = Math.round(HOURS * 1800);
  const startedAtMs = Date.now() - past * 2000;
  const run = madeUpRun("r1", startedAtMs);
  const renditions = run.notice.renditions.map((one, at) => ({
    ...one,
    initBase64: run.inits[at]!.bytes.toString("base64"),
  }));
  rig.edge.broadcastStarted(ID);
  await sleep(100);
  rig.media.tell(ID, { ...run.notice, renditions }, null);
  for (const { notice, bytes, isLastOfSegment } of madeUpParts("r1", {
    firstMsn: 0,
    count: past,
    startedAtMs,
  })) {
    rig.media.tell(ID, { ...notice, isLastOfSegment }, bytes);
    if (isLastOfSegment) tellSegment(rig, notice.rendition, notice.msn, startedAtMs);
  }
  process.send!({ url: rig.url });
  process.on("message", () => process.send!({ cpu: process.cpuUsage(), memory: process.memoryUsage().rss }));
  process.on("disconnect", () => {
    rmSync(folder, { recursive: true });
    process.exit();
  });
  for (let n = 0; ; n++) {
    const dueMs = startedAtMs + past * 2000 + (n * 1000) / 3;
    await sleep(Math.max(0, dueMs - Date.now()));
    const msn = past + Math.floor(n / 6);
    for (const rendition of RENDITIONS) {
      const bytes = Math.round((KBPS[rendition] * 1000) / 8 / 3);
      const part = madeUpPart("r1", rendition, { msn, part: n % 6, firstMsn: 0, startedAtMs, bytes });
      rig.media.tell(ID, { ...part.notice, isLastOfSegment: part.isLastOfSegment }, part.bytes);
      if (part.isLastOfSegment) tellSegment(rig, rendition, msn, startedAtMs);
    }
  }
}

function tellSegment(
  rig: HlsEdgeRig,
  rendition: (typeof RENDITIONS)[number],
  msn: number,
  startedAtMs: number,
): void {
  const segment = rig.edge.find(ID)!.window.rendition(rendition)!.findSegment(msn)!;
  const { bytes, durationSeconds } = segment;
  const programDateTimeMs = startedAtMs + msn * 2000;
  rig.media.tell(
    ID,
    {
      type: "segment",
      run: "r1",
      rendition,
      msn,
      file: segment.file,
      durationSeconds,
      programDateTimeMs,
      bytes,
    },
    null,
  );
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), { execArgv: [] });
  const { url } = await answer<{ url: string }>(child);
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const seen = { requests: 0, bytes: 0, failures: 0 };
  const untilMs = Date.now() + (SECONDS + 3) * 1000;
  const viewers = Array.from({ length: VIEWERS }, async (_, n) => {
    const video = n % 2 === 0 ? "v720" : "v360";
    await Promise.all([follow(url, agent, video, untilMs, seen), follow(url, agent, "aud", untilMs, seen)]);
  });
  await sleep(3000);
  const before = await ask(child);
  const fromMs = performance.now();
  Object.assign(seen, { requests: 0, bytes: 0 });
  await sleep(SECONDS * 1000);
  const after = await ask(child);
  const spent = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1e6;
  const seconds = (performance.now() - fromMs) / 1000;
  console.log({
    viewers: VIEWERS,
    hoursBehind: HOURS,
    cores: Number((spent / seconds).toFixed(3)),
    msCpuPerViewerSecond: Number(((spent * 1000) / seconds / VIEWERS).toFixed(3)),
    requestsPerSecond: Math.round(seen.requests / seconds),
    megabitsPerSecond: Math.round((seen.bytes * 8) / seconds / 1e6),
    failures: seen.failures,
    rssMb: Math.round(after.memory / 1e6),
  });
  await Promise.allSettled(viewers);
  child.disconnect();
  agent.destroy();
}

type Seen = { requests: number; bytes: number; failures: number };

async function follow(url: string, agent: Agent, name: string, untilMs: number, seen: Seen): Promise<void> {
  const base = `${url}/media/live/${ID}`;
  let query = "";
  let last = "";
  while (Date.now() < untilMs) {
    const playlist = await fetchBody(`${base}/${name}.m3u8${query}`, agent, seen);
    if (playlist === null) return;
    const parts = [...playlist.toString().matchAll(/EXT-X-PART:.*URI="([^"]+)"/g)].map((match) => match[1]!);
    const fresh = parts.slice(last === "" ? -1 : parts.indexOf(last) + 1);
    for (const part of fresh) await fetchBody(`${base}/${part}`, agent, seen);
    last = parts.at(-1)!;
    const [, msn, part] = /-(\d+)-(\d+)\.m4s$/.exec(last)!;
    query = `?_HLS_msn=${part === "5" ? Number(msn) + 1 : msn}&_HLS_part=${part === "5" ? 0 : Number(part) + 1}&_HLS_skip=YES`;
  }
}

function fetchBody(address: string, agent: Agent, seen: Seen): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const request = get(address, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        seen.requests++;
        const body = Buffer.concat(chunks);
        seen.bytes += body.length;
        if (response.statusCode !== 200) seen.failures++;
        resolve(response.statusCode === 200 ? body : null);
      });
    });
    request.on("error", () => resolve(null));
  });
}

function answer<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve) => child.once("message", (message) => resolve(message as Message)));
}

function ask(child: ChildProcess): Promise<{ cpu: NodeJS.CpuUsage; memory: number }> {
  const answered = answer<{ cpu: NodeJS.CpuUsage; memory: number }>(child);
  child.send("cpu");
  return answered;
}
