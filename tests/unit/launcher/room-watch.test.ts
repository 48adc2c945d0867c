import { statfs } from "node:fs/promises";
import { afterEach, expect, test, vi } from "vitest";
import { watchRoom } from "../../../server/launcher/room-watch.ts";

vi.mock("node:fs/promises", () => ({ statfs: vi.fn() }));
afterEach(() => void vi.useRealTimers());

test("says once that the disk is full, and once that there is room again", async () => {
  vi.useFakeTimers();
  const said: string[] = [];
  const hasMb = (mb: number) =>
    vi.mocked(statfs).mockResolvedValue({ bavail: mb * 256, bsize: 4096 } as never);
  hasMb(500);
  const stop = watchRoom("/data/pg", (sentence) => void said.push(sentence));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toEqual([]);
  hasMb(7);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toEqual([expect.stringMatching(/disk is full \(7 MB left for \/data\/pg\)/)]);
  hasMb(500);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toHaveLength(2);
  stop();
  hasMb(0);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(said).toHaveLength(2);
});
