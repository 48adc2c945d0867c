/*
 * The whole product as `npm start` runs it: launcher, PostgreSQL, server, media node and mixers, on a data folder
 * and ports of its own, with a small programme so that browsers fit beside it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "../../server/platform/process-table.ts";
import { createPlace, type Launched, launch, type Place, recordedPids, waitUntilGone } from "./launched.ts";
import { takeMachineTurn } from "./machine-turn.ts";

const READY_MS = 120_000;

export interface Product {
  url: string;
  place: Place;
  launched: Launched;
  /** Address of a role's join link, by a part of its label. */
  link(label: RegExp): string;
  pids(): Record<string, number>;
  stop(): Promise<void>;
}

export interface ProductOptions {
  env?: NodeJS.ProcessEnv;
  place?: Place;
}

export async function startProduct({ env = {}, place }: ProductOptions = {}): Promise<Product> {
  await takeMachineTurn();
  const ground = place ?? (await createPlace());
  const launched = launch(ground, {
    script: "server/launcher/main.ts",
    env: {
      TORILLA_PROGRAMME_WIDTH: "640",
      TORILLA_PROGRAMME_HEIGHT: "360",
      TORILLA_PROGRAMME_FPS: "15",
      TORILLA_PROGRAMME_KBPS: "800",
      TORILLA_ANNOUNCED_ADDRESS: "127.0.0.1",
      ...env,
    },
  });
  await launched.says(/Torilla is ready/, READY_MS);
  const url = `http://localhost:${ground.port}`;
  return {
    url,
    place: ground,
    launched,
    link(label) {
      const { links } = JSON.parse(readFileSync(join(ground.dataDir, "run/demo-links.json"), "utf8")) as {
        links: { label: string; path: string }[];
      };
      const found = links.find((one) => label.test(one.label));
      if (!found) throw new Error(`no link like ${label} among ${links.map((one) => one.label).join(", ")}`);
      return url + found.path;
    },
    pids: () => recordedPids(ground),
    async stop() {
      const pids = Object.values(recordedPids(ground)).filter(isAlive);
      launched.child.kill("SIGTERM");
      await launched.exited;
      await waitUntilGone(pids);
      if (!place) ground.remove();
    },
  };
}
