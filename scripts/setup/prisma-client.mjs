// The database client in gen/prisma/, generated from prisma/schema.prisma.
import { access, readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { runCommand } from "../../media/worker/run-command.mjs";
import { nodeBinPath } from "./npm-packages.mjs";
import { hashFiles, isStamped, writeStamp } from "./stamp.mjs";

const SCHEMA = "prisma/schema.prisma";
const INPUTS = [SCHEMA, "prisma.config.ts", "node_modules/prisma/package.json"];

/** Runs `prisma generate` when the schema, its configuration or Prisma itself changed. */
export async function ensurePrismaClient(root, { progress }) {
  const schema = await readFile(join(root, SCHEMA), "utf8").catch(() => null);
  if (schema === null) return;
  const hash = await hashFiles(root, INPUTS);
  const output = schema.match(/^\s*output\s*=\s*"([^"]+)"/m)?.[1];
  const isGenerated = output === undefined || (await exists(resolve(root, dirname(SCHEMA), output)));
  if (isGenerated && (await isStamped(root, "prisma", hash))) return;
  progress("prisma generate");
  await runCommand(nodeBinPath(root), [join("node_modules", "prisma", "build", "index.js"), "generate"], {
    cwd: root,
    // The engine would be downloaded and is not used by `generate`: any executable serves.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: "1" },
    timeoutMs: 120_000,
  });
  await writeStamp(root, "prisma", hash);
}

function exists(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
