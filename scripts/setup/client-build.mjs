// The built client in client/dist/, which the server hands out.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../media/worker/run-command.mjs";
import { nodeBinPath } from "./npm-packages.mjs";
import { hashFiles, isStamped, writeStamp } from "./stamp.mjs";

const INPUTS = ["client", "server/contract", "package-lock.json"];

/** Runs `vite build` when the client, the contract or the lockfile changed. */
export async function ensureClientBuild(root, { progress }) {
  if (!(await exists(join(root, "client", "index.html")))) return;
  const hash = await hashFiles(root, INPUTS, { ignored: ["dist", "node_modules"] });
  const isBuilt = await exists(join(root, "client", "dist", "index.html"));
  if (isBuilt && (await isStamped(root, "client", hash))) return;
  progress("vite build");
  await runCommand(nodeBinPath(root), [join("node_modules", "vite", "bin", "vite.js"), "build", "client"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production" },
    timeoutMs: 300_000,
    onLine: (line) => {
      const [, modules] = line.match(/transforming.*?(\d+) modules|^✓ (\d+) modules/) ?? [];
      if (modules) progress(`vite build: ${modules} modules`);
    },
  });
  await writeStamp(root, "client", hash);
}

function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
