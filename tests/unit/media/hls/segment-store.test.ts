import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskFiles, type SegmentFiles } from "../../../../media/hls/segment-files.ts";
import { SegmentStore, type SegmentStoreOptions } from "../../../../media/hls/segment-store.ts";
import { type IndexLine, readIndexLine, type StoreNotice } from "../../../../server/contract/segments.ts";
import { madeUpPart, madeUpParts, madeUpRun } from "../../../support/made-up-programme.ts";

const START_MS = 1_795_000_000_000;
let folder: string;
let told: StoreNotice[];
let failures: (string | null)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "torilla-store-"));
  told = [];
  failures = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(options: Partial<SegmentStoreOptions> = {}): Promise<SegmentStore> {
  return SegmentStore.open({
    folder,
    onNotice: (notice) => told.push(notice),
    onFailure: (failure) => failures.push(failure),
    retryMs: 20,
    ...options,
  });
}
function write(store: SegmentStore, span: { count: number; bytes?: number }): void {
  const run = store.nextRun();
  const firstMsn = store.nextMsn();
  const { notice, inits } = madeUpRun(run, START_MS);
  store.runStarted(notice, inits);
  for (const part of madeUpParts(run, { firstMsn, startedAtMs: START_MS, ...span })) {
    store.writePart(part.notice, part.bytes, part.isLastOfSegment);
  }
}
function lines(): IndexLine[] {
  const text = existsSync(join(folder, "index.jsonl"))
    ? readFileSync(join(folder, "index.jsonl"), "utf8")
    : "";
  return text.split("\n").flatMap((line) => readIndexLine(line) ?? []);
}
const segments = () => lines().filter((line) => line.type === "segment");
async function until(isTrue: () => boolean): Promise<void> {
  for (let n = 0; n < 1000 && !isTrue(); n++) await sleep(5);
  expect(isTrue()).toBe(true);
}

describe("the segment store", () => {
  it("tells a part at once, before anything is on disk", async () => {
    const store = await open();
    write(store, { count: 1 });
    const parts = told.filter((notice) => notice.type === "part");
    expect(parts).toHaveLength(18);
    expect(parts.at(-1)).toMatchObject({ rendition: "aud", part: 5, isLastOfSegment: true });
    expect(told.some((notice) => notice.type === "segment")).toBe(false);
    await store.close();
    expect(told.filter((notice) => notice.type === "segment")).toHaveLength(3);
  });

  it("writes a segment as its parts one after the other, and its line after it", async () => {
    const store = await open();
    write(store, { count: 2 });
    await store.endRun("r1", START_MS + 4_000);
    const body = readFileSync(join(folder, "r1-v360-1.m4s"), "utf8");
    expect(body).toBe([0, 1, 2, 3, 4, 5].map((part) => `[r1-v360-1-${part}.m4s]`).join(""));
    expect(segments()).toHaveLength(6);
    expect(segments()[1]).toMatchObject({ file: "r1-v360-0.m4s", durationSeconds: 2, bytes: body.length });
    expect(lines().at(-1)).toEqual({ type: "runEnd", run: "r1", endedAtMs: START_MS + 4_000 });
    await store.close();
  });

  it("puts the init segments on disk and into the run's line", async () => {
    const store = await open();
    write(store, { count: 1 });
    await store.close();
    expect(readFileSync(join(folder, "r1-aud-init.mp4"), "utf8")).toBe("init of r1-aud-init.mp4");
    const [run] = lines();
    const initBase64 = run?.type === "run" ? run.renditions[2]?.initBase64 : undefined;
    expect(Buffer.from(initBase64 ?? "", "base64").toString()).toBe("init of r1-aud-init.mp4");
  });

  it("closes what is open from the parts there are when the mixer dies", async () => {
    const store = await open();
    write(store, { count: 1 });
    for (const part of [0, 1]) {
      const made = madeUpPart("r1", "v720", { msn: 1, part, firstMsn: 0, startedAtMs: START_MS });
      store.writePart(made.notice, made.bytes, false);
    }
    await store.endRun("r1", START_MS + 2_640);
    expect(segments().at(-1)).toMatchObject({ file: "r1-v720-1.m4s", durationSeconds: 0.64 });
    expect(store.nextMsn()).toBe(2);
    expect(store.nextRun()).toBe("r2");
    await store.close();
  });

  it("leaves out parts of a run that is over", async () => {
    const store = await open();
    write(store, { count: 1 });
    await store.endRun("r1", START_MS);
    const before = told.length;
    const late = madeUpPart("r1", "v720", { msn: 1, part: 0, firstMsn: 0, startedAtMs: START_MS });
    store.writePart(late.notice, late.bytes, false);
    expect(told).toHaveLength(before);
    await store.close();
  });

  it("tells a thumbnail when it is on disk", async () => {
    const store = await open();
    write(store, { count: 1 });
    store.thumbnail("r1", START_MS + 500.4, Buffer.from("jpeg"));
    await store.close();
    const file = `r1-thumb-${START_MS + 500}.jpg`;
    expect(told.find((notice) => notice.type === "thumbnail")).toMatchObject({ file });
    expect(readFileSync(join(folder, file), "utf8")).toBe("jpeg");
  });
});

describe("opened again after a crash", () => {
  async function crashed(): Promise<void> {
    const store = await open();
    write(store, { count: 3 });
    await store.close();
    const index = join(folder, "index.jsonl");
    writeFileSync(index, readFileSync(index, "utf8").replace(/.*runEnd.*\n/, ""));
  }

  it("counts on above all that viewers can have seen, and ends the run that was open", async () => {
    await crashed();
    const store = await open();
    expect(store.nextMsn()).toBe(4);
    expect(store.nextRun()).toBe("r2");
    expect(lines().at(-1)).toEqual({ type: "runEnd", run: "r1", endedAtMs: START_MS + 6_000 });
    await store.close();
  });

  it("counts on without a hole after an orderly close", async () => {
    const first = await open();
    write(first, { count: 3 });
    await first.close();
    const second = await open();
    expect(second.nextMsn()).toBe(3);
    await second.close();
  });

  it("cuts off a torn last line", async () => {
    await crashed();
    appendFileSync(join(folder, "index.jsonl"), '{"type":"segment","run":"r1","rendi');
    const store = await open();
    write(store, { count: 1 });
    await store.close();
    const text = readFileSync(join(folder, "index.jsonl"), "utf8");
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => readIndexLine(line))
        .includes(null),
    ).toBe(false);
    expect(segments().at(-1)).toMatchObject({ msn: 4, run: "r2" });
  });

  it("drops a segment whose file is shorter than its line says, cuts one that is longer", async () => {
    await crashed();
    truncateSync(join(folder, "r1-v720-2.m4s"), 5);
    appendFileSync(join(folder, "r1-aud-2.m4s"), "more");
    const store = await open();
    await store.close();
    expect(segments().map(({ file }) => file)).not.toContain("r1-v720-2.m4s");
    expect(readdirSync(folder)).not.toContain("r1-v720-2.m4s");
    const kept = segments().find(({ file }) => file === "r1-aud-2.m4s")!;
    expect(readFileSync(join(folder, "r1-aud-2.m4s"))).toHaveLength(kept.bytes);
  });

  it("removes a segment that no line names, and does not use its number again", async () => {
    await crashed();
    writeFileSync(join(folder, "r1-v720-7.m4s"), "half");
    writeFileSync(join(folder, "r4-v720-init.mp4"), "init");
    const store = await open();
    expect(store.nextMsn()).toBe(9);
    expect(store.nextRun()).toBe("r5");
    expect(readdirSync(folder)).not.toContain("r1-v720-7.m4s");
    await store.close();
  });
});

describe("a disk that fails", () => {
  /** Fails while `error` is set. */
  function failing(state: { error: string | null }): SegmentFiles {
    const guard = () => {
      if (state.error !== null) throw Object.assign(new Error(state.error), { code: state.error });
    };
    return {
      ...diskFiles,
      async write(path, bytes) {
        guard();
        await diskFiles.write(path, bytes);
      },
      async openGrowing(path) {
        guard();
        const growing = await diskFiles.openGrowing(path);
        return {
          ...growing,
          async append(bytes) {
            if (state.error !== null) await growing.append(bytes.subarray(0, bytes.length >> 1));
            guard();
            await growing.append(bytes);
          },
        };
      },
    };
  }

  it("stops the recording, not the live parts, and goes on when there is room", async () => {
    const state = { error: null as string | null };
    const store = await open({ files: failing(state) });
    write(store, { count: 2 });
    await until(() => segments().length === 6);
    state.error = "ENOSPC";
    const part = (msn: number, index: number) =>
      madeUpPart("r1", "v720", { msn, part: index, firstMsn: 0, startedAtMs: START_MS });
    for (let n = 0; n < 6; n++) store.writePart(part(2, n).notice, part(2, n).bytes, n === 5);
    await until(() => failures.length === 1);
    expect(failures).toEqual(["disk_full"]);
    expect(told.filter((notice) => notice.type === "part" && notice.msn === 2)).toHaveLength(6);
    for (let n = 0; n < 2; n++) store.writePart(part(3, n).notice, part(3, n).bytes, false);
    state.error = null;
    await until(() => failures.length === 2);
    expect(failures).toEqual(["disk_full", null]);
    for (let n = 2; n < 6; n++) store.writePart(part(3, n).notice, part(3, n).bytes, n === 5);
    for (let n = 0; n < 6; n++) store.writePart(part(4, n).notice, part(4, n).bytes, n === 5);
    await store.close();
    expect(
      segments()
        .filter(({ rendition }) => rendition === "v720")
        .map(({ msn }) => msn),
    ).toEqual([0, 1, 4]);
    expect(readdirSync(folder).filter((name) => /-[23]\.m4s|tmp/.test(name))).toEqual([]);
    expect(
      readFileSync(join(folder, "index.jsonl"), "utf8")
        .trimEnd()
        .split("\n")
        .every((line) => readIndexLine(line)),
    ).toBe(true);
  });

  it("writes the beginning of a run later when the disk was full then", async () => {
    const state = { error: "EIO" as string | null };
    const store = await open({ files: failing(state) });
    write(store, { count: 1 });
    await until(() => failures.length === 1);
    expect(failures).toEqual(["io"]);
    expect(told.filter((notice) => notice.type === "part")).toHaveLength(18);
    state.error = null;
    await until(() => failures.length === 2);
    await store.close();
    expect(lines().map(({ type }) => type)).toEqual(["run", "runEnd"]);
    expect(readdirSync(folder)).toContain("r1-v720-init.mp4");
  });

  it("leaves segments out rather than gather them when the disk hangs", async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const files: SegmentFiles = {
      ...diskFiles,
      async openGrowing(path) {
        if (path.endsWith("-1.m4s")) await gate;
        return diskFiles.openGrowing(path);
      },
    };
    const store = await open({ files, maxQueuedBytes: 20_000 });
    write(store, { count: 5, bytes: 1_000 });
    expect(failures).toEqual(["io"]);
    expect(told.filter((notice) => notice.type === "part")).toHaveLength(90);
    release();
    await until(() => failures.length === 2);
    await store.close();
    expect(failures).toEqual(["io", null]);
    for (const { file, bytes } of segments()) expect(readFileSync(join(folder, file))).toHaveLength(bytes);
    expect(segments().length).toBeLessThan(15);
  });
});
