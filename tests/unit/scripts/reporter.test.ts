import { expect, test } from "vitest";
import { SetupError } from "../../../media/worker/setup-error.mjs";
import { createReporter, formatElapsed, formatFailure } from "../../../scripts/setup/reporter.mjs";

function capture() {
  const written: string[] = [];
  const stream = { write: (text: string) => written.push(text) };
  return { written, reporter: createReporter(stream) };
}

test("elapsed time in words", () => {
  expect(formatElapsed(340)).toBe("0.3 s");
  expect(formatElapsed(12_400)).toBe("12 s");
  expect(formatElapsed(208_000)).toBe("3 min 28 s");
  expect(formatElapsed(59_800)).toBe("1 min 0 s");
});

test("a step that had nothing to do says nothing, one that worked says how long", async () => {
  const { written, reporter } = capture();
  expect(await reporter.run("quick", async () => 1)).toBe(1);
  expect(written).toEqual([]);
  await reporter.run("slow", async ({ progress }) => {
    progress("compiling 1/2");
    progress("compiling 2/2");
  });
  expect(written).toEqual(["… slow: compiling 1/2 (0.0 s)\n", "✓ slow (0.0 s)\n"]);
});

test("a failure is one block with what, why and what to do, and no stack", async () => {
  const { written, reporter } = capture();
  const error = new SetupError("It broke", { why: "first line\nsecond line", advice: "Mend it." });
  await expect(reporter.run("step", () => Promise.reject(error))).rejects.toThrow("reported");
  expect(written).toEqual(["✗ step: It broke\n  Why: first line\n    second line\n  What to do: Mend it.\n"]);
});

test("an unexpected failure reads the same way", () => {
  expect(formatFailure("client", new Error("ENOSPC: no space left on device"))).toBe(
    "✗ client: client failed\n  Why: ENOSPC: no space left on device\n" +
      "  What to do: Correct that and run the same command again.",
  );
});
