// `npm run pictures`: set up, Chromium included, then take the pictures of README from the running product.
import { requireNode } from "./setup/require-node.mjs";

requireNode();
const { bootstrap, ROOT } = await import("./bootstrap.mjs");
const { runAttached } = await import("./setup/run-attached.mjs");

const { node, env } = await bootstrap({ client: true, browser: true, worker: true });
runAttached(node, ["--disable-warning=ExperimentalWarning", "scripts/pictures/take-pictures.ts"], {
  cwd: ROOT,
  env,
});
