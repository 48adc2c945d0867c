// `npm run bench [-- NAME… [--quick] [--busy]]`: set up, Chromium included, then measure (tests/bench/main.ts).
import { requireNode } from "./setup/require-node.mjs";

requireNode();
const { bootstrap, ROOT } = await import("./bootstrap.mjs");
const { runAttached } = await import("./setup/run-attached.mjs");

const { node, env } = await bootstrap({ client: true, browser: true, worker: true });
runAttached(node, ["tests/bench/main.ts", ...process.argv.slice(2)], { cwd: ROOT, env });
