import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DiskWriter } from "../../../../media/hls/disk-writer.ts";
import { diskFiles, type SegmentFiles } from "../../../../media/hls/segment-files.ts";
import { INDEX_FILE } from "../../../../server/contract/segments.ts";
import { waitFor } from "../../../support/wait-for.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "torilla-writer-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("writes what a slow disk still owes after close gave up waiting, and leaves no file open", async () => {
  const disk = Promise.withResolvers<void>();
  let openFiles = 0;
  const files: SegmentFiles = {
    ...diskFiles,
    async openGrowing(path) {
      await disk.promise;
      const growing = await diskFiles.openGrowing(path);
      openFiles += 1;
      const close = async () => {
        openFiles -= 1;
        await growing.close();
      };
      return { ...growing, close };
    },
  };
  const failures: unknown[] = [];
  const writer = new DiskWriter({
    folder,
    files,
    indexBytes: 0,
    onFailure: (failure) => failures.push(failure),
    onSegment: () => undefined,
    maxQueuedBytes: 10_000,
    retryMs: 20,
  });
  writer.appendPart("r1-v720-0.m4s", Buffer.from("never whole"), true);
  writer.endRun({ type: "runEnd", run: "r1", endedAtMs: 1 });
  await writer.close(20);
  disk.resolve();
  await waitFor(() => readIndex().includes("runEnd"), { what: "the run's end in the index" });
  await waitFor(() => openFiles === 0, { what: "the end of all files", timeoutMs: 2_000 });
  expect(failures).toEqual([]);
});

function readIndex(): string {
  try {
    return readFileSync(join(folder, INDEX_FILE), "utf8");
  } catch {
    return "";
  }
}
