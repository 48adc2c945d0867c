/*
 * Whole segments of the live window, as players fetch them that do not know low-latency HLS: the real server next to
 * nginx, which has the same bytes as files in the page cache.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requirePackages } from "../load/set-up.ts";
import { HlsLoad } from "../support/load/hls-load.ts";
import { waitFor } from "../support/wait-for.ts";
import { cpuSeconds } from "./harness/cpu.ts";
import { type Bench, defineBench, type Sample } from "./harness/define-bench.ts";
import { LOAD_CORE, pin } from "./harness/spawn-pinned.ts";
import { MadeUpBroadcast } from "./hls/made-up-broadcast.ts";
import { ProductOrigin } from "./hls/product-origin.ts";
import { Nginx } from "./peers/nginx.ts";

/** Whole four seconds after the beginning: the made-up past comes in one burst, which a link may refuse at this size. */
const MSN = 31;
const CONNECTIONS = 16;
/** Both can do it; a server that is asked flat out by a load that is slower than it hardly ever has to wake the load. */
const PER_SECOND = 3_000;
const LARGE = { rendition: "v720", bytes: 1_000_000, label: "1 MB" } as const;
const SMALL = { rendition: "v360", bytes: 50_000, label: "50 kB" } as const;

export default defineBench({
  name: "hls-segments",
  title: "HLS segments: CPU for each request",
  async run(bench) {
    await requirePackages(["nginx"]);
    pin(process.pid, LOAD_CORE);
    const folder = mkdtempSync(join(tmpdir(), "torilla-nginx-"));
    const product = await ProductOrigin.create();
    const broadcast = MadeUpBroadcast.begin({
      tell: product.tell,
      partBytes: { v720: Math.round(LARGE.bytes / 6), v360: Math.round(SMALL.bytes / 6), aud: 4000 },
    });
    const load = await HlsLoad.start({ core: LOAD_CORE });
    let nginx: Nginx | null = null;
    try {
      const fileOf = (size: typeof LARGE | typeof SMALL) => `r1-${size.rendition}-${MSN}.m4s`;
      const files: Record<string, Buffer> = {};
      for (const size of [LARGE, SMALL])
        files[fileOf(size)] = await fetchWhole(`${product.url}/${fileOf(size)}`);
      nginx = await Nginx.create(folder, files);
      await broadcast.close();
      const peer = nginx;
      const compare = (
        size: typeof LARGE | typeof SMALL,
        { perSecond, ...asked }: { floor: number; ambition: number; perSecond?: number },
      ) => {
        const how = { file: fileOf(size), ...(perSecond === undefined ? {} : { perSecond }) };
        return bench.compare({
          ...asked,
          what: `segments of ${size.label}, ${perSecond === undefined ? "flat out" : `both asked ${perSecond} times a second`}`,
          unit: "µs CPU per request",
          peerName: "nginx",
          ours: () => fetchMany(bench, load, { url: product.url, pid: product.pid, ...how }),
          peer: () => fetchMany(bench, load, { url: peer.url, pid: peer.pid, ...how }),
        });
      };
      await compare(LARGE, { floor: 1.2, ambition: 0.75 });
      await compare(SMALL, { floor: 2, ambition: 1.6 });
      await compare(SMALL, { floor: 2, ambition: 1.6, perSecond: PER_SECOND });
    } finally {
      await load.close();
      await nginx?.close();
      await broadcast.close();
      await product.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
});

async function fetchWhole(url: string): Promise<Buffer> {
  const response = await waitFor(
    async () => {
      const one = await fetch(url);
      return one.ok && one;
    },
    { timeoutMs: 10_000, what: url },
  );
  return Buffer.from(await response.arrayBuffer());
}

async function fetchMany(
  bench: Bench,
  load: HlsLoad,
  { url, pid, file, ...rate }: { url: string; pid: number; file: string; perSecond?: number },
): Promise<Sample> {
  const { origin, pathname } = new URL(`${url}/${file}`);
  const ask = (seconds: number) =>
    load.fetch({ url: origin, paths: [pathname], connections: CONNECTIONS, seconds, ...rate });
  await ask(bench.quick ? 0.2 : 1);
  const before = cpuSeconds(pid);
  const report = await ask(bench.quick ? 1 : 4);
  const used = cpuSeconds(pid) - before;
  return {
    value: (used * 1e6) / report.requests,
    serverCpu: used,
    loadCpu: report.cpuSeconds,
    notes: [
      ...(report.failures > 0 ? [`${report.failures} requests failed`] : []),
      ...(report.late > 0 ? [`${report.late} of ${report.requests} requests asked late`] : []),
    ],
  };
}
