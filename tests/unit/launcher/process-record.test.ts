import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { ProcessRecord } from "../../../server/launcher/process-record.ts";

test("gives what outlived its launcher its time to end, also when the clock is set meanwhile", async () => {
  const folder = mkdtempSync(join(tmpdir(), "torilla-unit-"));
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 700)"], { detached: true });
  const ended = once(child, "exit");
  // Each look at the wall clock is ten minutes later than the one before.
  let wallMs = Date.now();
  const clock = vi.spyOn(Date, "now").mockImplementation(() => {
    wallMs += 600_000;
    return wallMs;
  });
  try {
    const record = new ProcessRecord(join(folder, "processes.json"));
    record.set("media node", child.pid ?? null);
    expect(await record.endLeftovers(20_000)).toEqual([]);
    expect(await ended).toEqual([0, null]);
  } finally {
    clock.mockRestore();
    rmSync(folder, { recursive: true, force: true });
  }
});
