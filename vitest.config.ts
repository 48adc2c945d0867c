import { defineConfig } from "vitest/config";

/*
 * unit: no network, no database, no processes. integration: a real PostgreSQL (one cluster per run, a database
 * per file), real sockets, a real mediasoup worker. e2e: the whole product in Chromium, one story at a time.
 * chaos: the same with something killed, cut or filled; `npm run chaos`, not part of `npm test`.
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
        },
      },
      {
        extends: true,
        test: {
          name: "integration",
          sequence: { groupOrder: 1 },
          include: ["tests/integration/**/*.test.ts", "tests/contract/**/*.test.ts"],
          globalSetup: ["tests/support/global-database.ts"],
          testTimeout: 90_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          sequence: { groupOrder: 2 },
          include: ["tests/e2e/**/*.test.ts"],
          globalSetup: ["tests/support/global-database.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 1_600_000,
        },
      },
      {
        extends: true,
        test: {
          name: "chaos",
          sequence: { groupOrder: 3 },
          include: ["tests/chaos/**/*.test.ts"],
          globalSetup: ["tests/support/global-database.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 1_600_000,
        },
      },
    ],
  },
});
