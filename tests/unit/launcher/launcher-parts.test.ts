import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Backoff, describeDelay } from "../../../server/launcher/backoff.ts";
import { DemoLinks, formatSummary, readDemoLinks } from "../../../server/launcher/demo-links.ts";
import { describeLogLine } from "../../../server/launcher/describe-log-line.ts";
import { FolderLock, FolderLockedError } from "../../../server/platform/folder-lock.ts";
import { isAlive, startMarkOf } from "../../../server/platform/process-table.ts";
import { socketPath } from "../../../server/platform/socket-path.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "torilla-unit-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the wait before a restart", () => {
  it("is none the first time, then doubles from 0.2 s to 10 s", () => {
    const backoff = new Backoff(() => 0.5);
    const delays = Array.from({ length: 9 }, () => backoff.nextDelayMs(100));
    expect(delays).toEqual([0, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  });
  it("is none again after a life of 10 s", () => {
    const backoff = new Backoff(() => 0.5);
    for (let n = 0; n < 6; n++) backoff.nextDelayMs(100);
    expect(backoff.nextDelayMs(10_000)).toBe(0);
  });
  it("is hardly a second after a life of 3 s, however often that was", () => {
    const backoff = new Backoff(() => 0.5);
    const delays = Array.from({ length: 9 }, () => backoff.nextDelayMs(3_000));
    expect(delays).toEqual([0, 200, 400, 800, 1000, 1000, 1000, 1000, 1000]);
    expect(backoff.nextDelayMs(100)).toBe(10_000);
  });
  it("varies by a fifth either way", () => {
    const second = (random: number) => {
      const backoff = new Backoff(() => random);
      backoff.nextDelayMs(0);
      return backoff.nextDelayMs(0);
    };
    expect(second(0)).toBe(160);
    expect(second(1)).toBe(240);
  });
  it("is said as what it is: at once, or a time that is not nothing", () => {
    expect([0, 20, 160, 10_000].map(describeDelay)).toEqual(["at once", "in 0.1 s", "in 0.2 s", "in 10.0 s"]);
  });
});

describe("the terminal", () => {
  it.each([
    ['{"level":30,"msg":"listening"}', null],
    ['{"level":40,"msg":"link lost"}', "warning: link lost"],
    ['{"level":50,"msg":"failed","err":{"message":"no space left"}}', "error: failed: no space left"],
    ["Error: at once", "Error: at once"],
    ["", null],
    ['{"level":', '{"level":'],
  ])("shows %s as %s", (line, shown) => {
    expect(describeLogLine(line)).toBe(shown);
  });
});

describe("the table of links", () => {
  it("puts the public address before each path", () => {
    const links = [
      { label: "Demo event", path: "/e/demo" },
      { label: "Host", path: "/l/abc" },
    ];
    const text = formatSummary("https://messut.example.org", links, "6.2 s");
    expect(text).toContain("Torilla is ready (6.2 s).");
    expect(text).toContain(
      "  Demo event  https://messut.example.org/e/demo\n  Host        https://messut.example.org/l/abc",
    );
  });
  it("is the plain address when no links were kept", () => {
    expect(readDemoLinks(folder)).toEqual([]);
    expect(formatSummary("http://localhost:3000", [], "1 s")).toContain("http://localhost:3000/");
  });
  it("takes paths only, never an address elsewhere", () => {
    expect(DemoLinks.safeParse({ links: [{ label: "x", path: "https://example.org" }] }).success).toBe(false);
  });
});

describe("the lock of a folder", () => {
  it("has one owner, who is told of, until it is released", () => {
    const file = join(folder, "run/launcher.lock");
    const lock = FolderLock.take(file, "port 3000");
    expect(() => FolderLock.take(file, "port 3001")).toThrow(FolderLockedError);
    try {
      FolderLock.take(file, "port 3001");
    } catch (error) {
      expect((error as FolderLockedError).owner).toEqual({ pid: process.pid, about: "port 3000" });
    }
    lock.release();
    lock.release();
    FolderLock.take(file, "port 3001").release();
  });
});

describe("processes", () => {
  it("are known by pid and start", () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(startMarkOf(process.pid)).toBeTruthy();
    expect(isAlive(4_194_300)).toBe(false);
    expect(startMarkOf(4_194_300)).toBeNull();
  });
});

describe("a socket's path", () => {
  it("stays in its folder while it fits, else moves to a short one that differs by folder", () => {
    expect(socketPath("/srv/torilla/data/run", "media.sock")).toBe("/srv/torilla/data/run/media.sock");
    const [one, two] = ["a", "b"].map((letter) => socketPath(`/srv/${letter.repeat(120)}`, "media.sock"));
    expect(one).not.toBe(two);
    expect(Buffer.byteLength(one as string)).toBeLessThan(104);
  });
});
