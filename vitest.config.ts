import { defineConfig } from "vitest/config";

const named = (folder: string, names: string[]) => names.map((name) => `tests/${folder}/${name}.test.ts`);
/** What a mixer makes in real time, and conversions, which yield to everybody: one file at a time. */
const MIXER = named("integration", ["mixer-*", "conversion", "uploads"]);
/** Whole media nodes and browsers that decode. */
const MEDIA = named("integration", ["media-picture", "media-process", "hls-player", "hls-rewind"]);
/** Stories in which little depends on a second more or less: they run beside each other. */
const PATIENT = named("e2e", ["pages", "video-presentation"]);
const product = {
  globalSetup: ["tests/support/machine-turn.ts"],
  testTimeout: 180_000,
  hookTimeout: 1_600_000,
};
const integration = {
  globalSetup: ["tests/support/global-database.ts"],
  testTimeout: 90_000,
  hookTimeout: 120_000,
};

/*
 * unit: no network, no database, no processes. integration, mixer, media: a real PostgreSQL (one cluster per project, a
 * database per file), real sockets, a real mediasoup worker and mixer. pages, e2e: the whole product in Chromium,
 * patient stories beside each other, those that measure times alone. faults: the same with something killed or cut, in
 * short; at length: `npm run chaos`.
 */
export default defineConfig({
  test: {
    pool: "forks",
    reporters: ["default"],
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["tests/unit/**/*.test.{ts,tsx}"],
          testTimeout: 20_000,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          sequence: { groupOrder: 1 },
          include: ["tests/integration/**/*.test.ts", "tests/contract/**/*.test.ts"],
          exclude: [...MIXER, ...MEDIA],
          ...integration,
          maxWorkers: 4,
        },
      },
      {
        extends: true,
        test: {
          name: "mixer",
          sequence: { groupOrder: 2 },
          include: MIXER,
          ...integration,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "media",
          sequence: { groupOrder: 3 },
          include: MEDIA,
          ...integration,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "pages",
          sequence: { groupOrder: 4 },
          include: PATIENT,
          ...product,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          sequence: { groupOrder: 5 },
          include: ["tests/e2e/**/*.test.ts"],
          exclude: PATIENT,
          ...product,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          sequence: { groupOrder: 6 },
          include: ["tests/faults/**/*.test.ts"],
          ...product,
          fileParallelism: false,
        },
      },
    ],
  },
});
