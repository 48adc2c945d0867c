import { afterEach, describe, expect, it } from "vitest";
import { MixerRig, sleep } from "../support/mixer-rig.ts";
import { hearSound, rms, viewPictures } from "../support/programme-viewer.ts";
import { waitFor } from "../support/wait-for.ts";

const SMALL = { widthPx: 640, heightPx: 360, fps: 15 };
const rigs: MixerRig[] = [];

async function openRig(options = SMALL): Promise<MixerRig> {
  const rig = await MixerRig.create(options);
  rigs.push(rig);
  return rig;
}

afterEach(async () => {
  for (const rig of rigs.splice(0)) await rig.close();
});

describe("a mixer without sources", () => {
  it("makes the slate and silence by the clock, in two sizes and both for RTP and HLS", async () => {
    const rig = await openRig();
    rig.send({ type: "startPackaging", run: "r1", firstMsn: 3 });
    await rig.waitFor((notice) => notice.type === "part" && notice.notice.msn === 5, { timeoutMs: 15_000 });
    rig.send({ type: "stopPackaging" });
    await rig.waitFor((notice) => notice.type === "packagingStopped");

    const big = await viewPictures(rig.big);
    const small = await viewPictures(rig.small);
    expect([big[0]!.widthPx, big[0]!.heightPx, small[0]!.widthPx]).toEqual([640, 360, 320]);
    // The dark field of the card, with text on it.
    expect(big.at(-1)!.mean(0.7, 0.45, 0.2, 0.2)[0]).toBeLessThan(60);
    const heard = await hearSound(rig.sound);
    expect(rms(heard.at(-1)!.left)).toBeLessThan(-80);

    const order = rig.notices
      .map(({ notice }) => notice.type)
      .filter((type) => type === "runStarted" || type === "part");
    expect(order[0]).toBe("runStarted");
    const thumbnail = rig.of("thumbnail")[0]!;
    expect([...thumbnail.bytes.slice(0, 2)]).toEqual([0xff, 0xd8]);
    for (const rendition of ["v720", "v360", "aud"]) {
      const parts = rig.of("part").filter(({ notice }) => notice.rendition === rendition);
      const segments = Map.groupBy(parts, ({ notice }) => notice.msn);
      for (const msn of [3, 4]) {
        const total = segments.get(msn)!.reduce((sum, { notice }) => sum + notice.durationSeconds, 0);
        expect(Math.abs(total - 2)).toBeLessThan(rendition === "aud" ? 0.022 : 0.001);
        expect(segments.get(msn)!.at(-1)!.isLastOfSegment).toBe(true);
      }
    }
  });

  it("stamps by the clock: pictures and sound keep to real time, whatever was late", async () => {
    const rig = await openRig();
    await sleep(4000);
    for (const [catcher, rate] of [
      [rig.big, 90_000],
      [rig.sound, 48_000],
    ] as const) {
      const first = catcher.packets[0]!;
      const last = catcher.packets.at(-1)!;
      const media = ((last.packet.timestamp - first.packet.timestamp) / rate) * 1000;
      expect(Math.abs(media - (last.atMs - first.atMs))).toBeLessThan(150);
    }
    const sequences = rig.sound.packets.map(({ packet }) => packet.timestamp / 960);
    expect(sequences).toEqual(sequences.map((_, index) => sequences[0]! + index));
  });

  it("ties all streams to one wall clock by sender reports, so that rungs can be changed", async () => {
    const rig = await openRig();
    await waitFor(() => [rig.big, rig.small, rig.sound].every(({ reports }) => reports.length > 1), {
      what: "two sender reports of each stream",
    });
    const zeros = [
      { catcher: rig.big, rate: 90_000 },
      { catcher: rig.small, rate: 90_000 },
      { catcher: rig.sound, rate: 48_000 },
    ].map(({ catcher, rate }) => {
      expect(catcher.reports.at(-1)!.readUInt32BE(4)).toBe(catcher.target.ssrc);
      return catcher.wallMs(0, rate);
    });
    expect(Math.max(...zeros) - Math.min(...zeros)).toBeLessThan(1);
    expect(Math.abs(Date.now() - zeros[0]!)).toBeLessThan(20_000);
  });

  it("makes an extra key frame when asked, one a second at most, and keeps the grid of segments", async () => {
    const rig = await openRig();
    rig.send({ type: "startPackaging", run: "r1", firstMsn: 0 });
    await rig.waitFor((notice) => notice.type === "runStarted");
    const since = rig.big.packets.length;
    const fromMs = performance.now();
    for (let ask = 0; ask < 30; ask += 1) {
      rig.send({ type: "requestKeyFrame", rung: "v720" });
      await sleep(100);
    }
    await sleep(1500);
    const keys = (await viewPictures(rig.big, since))
      .filter((picture) => picture.isKey)
      .map(({ timestamp }) => timestamp);
    const regular = keys.filter((timestamp) =>
      rig.of("part").some(({ notice }) => {
        const run = rig.of("runStarted")[0]!.notice.startedAtMs;
        const at = notice.programDateTimeMs - run;
        return (
          notice.part === 0 &&
          notice.rendition === "v720" &&
          Math.abs((((timestamp - keys[0]!) / 90) % 2000) - (at % 2000)) < 1
        );
      }),
    );
    expect(keys.length).toBeGreaterThanOrEqual(3);
    // A regular one every two seconds, another each second at most.
    const seconds = (performance.now() - fromMs) / 1000;
    expect(keys.length).toBeLessThanOrEqual(Math.ceil(1.5 * seconds) + 1);
    expect(regular.length).toBeGreaterThan(0);
    const small = (await viewPictures(rig.small)).filter((picture) => picture.isKey);
    expect(small.length).toBeLessThan(keys.length + 2);
    const firsts = rig.of("part").filter(({ notice }) => notice.rendition === "v720" && notice.part === 0);
    expect(firsts.length).toBeGreaterThan(1);
    expect(firsts.every(({ notice }) => notice.isIndependent)).toBe(true);
    for (const [index, { notice }] of firsts.entries()) {
      expect(notice.programDateTimeMs).toBeCloseTo(firsts[0]!.notice.programDateTimeMs + index * 2000, 0);
    }
  });

  it("begins a second run where it is told to, with new inits", async () => {
    const rig = await openRig();
    rig.send({ type: "startPackaging", run: "r1", firstMsn: 0 });
    await rig.waitFor((notice) => notice.type === "part");
    rig.send({ type: "stopPackaging" });
    await rig.waitFor((notice) => notice.type === "packagingStopped");
    const since = rig.notices.length;
    rig.send({ type: "startPackaging", run: "r2", firstMsn: 1 });
    await rig.waitFor((notice) => notice.type === "part" && notice.notice.run === "r2", { since });
    const run = rig.of("runStarted")[1]!;
    expect(run.inits.map(({ file }) => file)).toEqual([
      "r2-v720-init.mp4",
      "r2-v360-init.mp4",
      "r2-aud-init.mp4",
    ]);
    const after = rig.notices
      .slice(since)
      .flatMap(({ notice }) => (notice.type === "part" ? [notice.notice] : []));
    expect(after.every(({ msn }) => msn >= 1)).toBe(true);
  });

  it("shows a new card when it is told to", async () => {
    const rig = await openRig();
    const readCard = async () => (await viewPictures(rig.big)).at(-1)?.mean(0.05, 0.35, 0.6, 0.3)[0];
    const before = await waitFor(readCard, { timeoutMs: 5000, what: "the first card" });
    const { slate } = rig.config;
    rig.send({
      type: "setSlate",
      slate: { ...slate, title: "Tämä on pitkä otsikko, joka täyttää kortin", subtitle: "ja toinenkin rivi" },
    });
    await waitFor(async () => Math.abs((await readCard())! - before) > 2, {
      timeoutMs: 8000,
      what: "the new card",
    });
  });
});

describe("the mixer's process", () => {
  it("ends within a second when told to, even while packaging, with nothing left behind", async () => {
    const rig = await openRig();
    rig.send({ type: "startPackaging", run: "r1", firstMsn: 0 });
    await rig.waitFor((notice) => notice.type === "part");
    const { ms, code, left } = await rig.close();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(1500);
    expect(rig.of("packagingStopped")).toHaveLength(1);
    const isOver = rig.notices.findIndex(({ notice }) => notice.type === "packagingStopped");
    expect(rig.notices.slice(isOver).some(({ notice }) => notice.type === "part")).toBe(false);
    expect(left).toEqual([]);
  });

  it("ends when its parent is gone", async () => {
    const rig = await openRig();
    rig.child.disconnect();
    await waitFor(() => rig.child.exitCode !== null, { timeoutMs: 3000, what: "its end" });
    expect(rig.child.exitCode).toBe(0);
  });

  it("is not moved by Ctrl-C, which is its parent's business, and ends by SIGTERM", async () => {
    const rig = await openRig();
    rig.child.kill("SIGINT");
    await sleep(300);
    expect(rig.child.exitCode).toBeNull();
    rig.child.kill("SIGTERM");
    await waitFor(() => rig.child.exitCode !== null, { timeoutMs: 3000, what: "its end" });
    expect(rig.child.exitCode).toBe(0);
  });

  it("beats once a second", async () => {
    const rig = await openRig();
    await rig.waitFor((notice) => notice.type === "beat" && notice.framesMade > 5);
    const since = rig.notices.length;
    await rig.waitFor((notice) => notice.type === "beat", { since, timeoutMs: 2500 });
  });
});
