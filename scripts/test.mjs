// `npm test`: set up, Chromium included, then run vitest with the arguments given.
import { requireNode } from "./setup/require-node.mjs";

requireNode();
const { bootstrap, ROOT } = await import("./bootstrap.mjs");
const { runAttached } = await import("./setup/run-attached.mjs");

const args = process.argv.slice(2);
const isUnitOnly = args.join(" ").includes("--project unit") || args.includes("--project=unit");
const { node, env } = await bootstrap({ client: !isUnitOnly, browser: !isUnitOnly, worker: !isUnitOnly });
runAttached(node, ["node_modules/vitest/vitest.mjs", "run", ...args], { cwd: ROOT, env });
