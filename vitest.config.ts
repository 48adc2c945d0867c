import { defineConfig } from "vitest/config";

/** Integration tests that decode, encode or run a browser: one file at a time, since they measure what comes out. */
const MEDIA = [
  "mixer-*",
  "media-picture",
  "media-process",
  "hls-player",
  "hls-rewind",
  "conversion",
  "uploads",
].map((name) => `tests/integration/${name}.test.ts`);
/** Stories in which little depends on a second more or less: they run beside each other. */
const PATIENT = ["pages", "video-presentation"].map((name) => `tests/e2e/${name}.test.ts`);
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
 * unit: no network, no database, no processes. integration, media: a real PostgreSQL (one cluster per run, a database
 * per file), real sockets, a real mediasoup worker and mixer. pages, e2e: the whole product in Chromium, patient stories
 * beside each other, those that measure times alone.
 * faults: the same with something killed or cut, in short. chaos: at length, `npm run chaos`, not part of `npm test`.
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
          exclude: MEDIA,
          ...integration,
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          name: "media",
          sequence: { groupOrder: 2 },
          include: MEDIA,
          ...integration,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "pages",
          sequence: { groupOrder: 3 },
          include: PATIENT,
          ...product,
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          sequence: { groupOrder: 4 },
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
          sequence: { groupOrder: 5 },
          include: ["tests/faults/**/*.test.ts"],
          ...product,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "chaos",
          sequence: { groupOrder: 6 },
          include: ["tests/chaos/**/*.test.ts"],
          ...product,
          fileParallelism: false,
        },
      },
    ],
  },
});
