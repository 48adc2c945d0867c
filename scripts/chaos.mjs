// `npm run chaos -- [NAME…] [--times N] [--keep]`: set up, Chromium included, then break the running product on purpose.
import { requireNode } from "./setup/require-node.mjs";

requireNode();
const { bootstrap, ROOT } = await import("./bootstrap.mjs");
const { runAttached } = await import("./setup/run-attached.mjs");

const { node, env } = await bootstrap({ client: true, browser: true, worker: true });
const script = ["--disable-warning=ExperimentalWarning", "tests/support/chaos/main.ts"];
runAttached(node, [...script, ...process.argv.slice(2)], { cwd: ROOT, env });
