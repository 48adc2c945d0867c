// `npm start` and, with `--dev`, `npm run dev`: set up, then hand over to the launcher.
import { requireNode } from "./setup/require-node.mjs";

requireNode();
const { bootstrap, ROOT } = await import("./bootstrap.mjs");
const { runAttached } = await import("./setup/run-attached.mjs");

const args = process.argv.slice(2);
const { node, env } = await bootstrap({ client: !args.includes("--dev") });
runAttached(node, ["server/launcher/main.ts", ...args], { cwd: ROOT, env });
