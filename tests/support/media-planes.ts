import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import type { ProgrammeSettings } from "../../media/config.ts";
import { FakeMediaPlane } from "../../media/fake/fake-media-plane.ts";
import { LinkServer } from "../../media/link/link-server.ts";
import { MediaNode } from "../../media/media-node.ts";
import type { Mixer } from "../../media/stage/mixer-process.ts";
import type { MediaPlane } from "../../server/contract/media-plane.ts";
import { MediaLink } from "../../server/platform/media-link/media-link.ts";
import { StubMixer } from "./stub-mixer.ts";

/** A media plane under test with the means to end it. */
export interface PlaneUnderTest {
  plane: MediaPlane;
  close(): Promise<void>;
}

export interface RealPlane extends PlaneUnderTest {
  plane: MediaLink;
  node: MediaNode;
  link: LinkServer;
  /** In the order in which stages took them. */
  mixers: StubMixer[];
  dataDir: string;
}

export const testLog = pino({ level: process.env.TORILLA_LOG_LEVEL ?? "silent" });
/** A file that `stage:setVideo` finds. */
export const TEST_VIDEO = "00000000-0000-4000-8000-000000000001.mp4";

/** A real media node with a real worker behind a real link; only the mixers are stubs unless given. */
export async function createRealPlane(
  options: {
    graceMs?: number;
    takeMixer?: () => Mixer;
    workerCount?: number;
    programme?: Partial<ProgrammeSettings>;
  } = {},
): Promise<RealPlane> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "torilla-media-"));
  mkdirSync(path.join(dataDir, "media"));
  writeFileSync(path.join(dataDir, "media", TEST_VIDEO), "not really a video");
  const mixers: StubMixer[] = [];
  const takeStub = () => {
    const mixer = new StubMixer();
    mixers.push(mixer);
    return mixer;
  };
  const holder: { link?: LinkServer } = {};
  const node = await MediaNode.create({
    nodeId: "test",
    dataDir,
    programme: {
      ...{ widthPx: 640, heightPx: 360, fps: 15, videoKbps: 600, lowVideoKbps: 250 },
      ...options.programme,
    },
    workers: {
      count: options.workerCount ?? 1,
      bin: process.env.MEDIASOUP_WORKER_BIN,
      listenIp: "127.0.0.1",
      announcedAddresses: ["127.0.0.1"],
      firstPort: 0,
    },
    takeMixer: options.takeMixer ?? takeStub,
    notify: (name, data, bytes) => holder.link?.notify(name, data, bytes),
    log: testLog,
    graceMs: options.graceMs,
  });
  const socketPath = path.join(dataDir, "media.sock");
  const link = await LinkServer.create({
    address: { socketPath },
    secret: null,
    handle: node.handle,
    log: testLog,
  });
  holder.link = link;
  const plane = new MediaLink({ link: { kind: "socket", path: socketPath }, log: testLog });
  await untilConnected(plane);
  const close = async () => {
    await plane.close();
    await node.close();
    await link.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { plane, node, link, mixers, dataDir, close };
}

export async function createFakePlane(options: { graceMs?: number } = {}): Promise<PlaneUnderTest> {
  const plane = new FakeMediaPlane({ ...options, videoFiles: new Set([TEST_VIDEO]) });
  return { plane, close: () => plane.close() };
}

export function untilConnected(plane: MediaPlane): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = plane.onConnection((isConnected) => {
      if (!isConnected) return;
      resolve();
      queueMicrotask(() => unsubscribe());
    });
  });
}
