// `npm test`: set up, Chromium included, then run vitest with the arguments given.
import { requireNode } from "./setup/require-node.mjs";

requireNode();
const { bootstrap, ROOT } = await import("./bootstrap.mjs");
const { runAttached } = await import("./setup/run-attached.mjs");

const named = process.argv.slice(2);
const isNarrowed = named.some((arg) => arg.startsWith("--project"));
const args = isNarrowed
  ? named
  : [
      ...["unit", "integration", "mixer", "media", "pages", "e2e", "faults"].flatMap((name) => [
        "--project",
        name,
      ]),
      ...named,
    ];
const isUnitOnly = named.join(" ").includes("--project unit") || named.includes("--project=unit");
const { node, env } = await bootstrap({ client: !isUnitOnly, browser: !isUnitOnly, worker: !isUnitOnly });
runAttached(node, ["node_modules/vitest/vitest.mjs", "run", ...args], { cwd: ROOT, env });
