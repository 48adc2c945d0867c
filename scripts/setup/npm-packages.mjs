// node_modules as package-lock.json says.
import { readFile } from "node:fs/promises";
import { delimiter, join, sep } from "node:path";
import { runCommand } from "../../media/worker/run-command.mjs";
import { SetupError } from "../../media/worker/setup-error.mjs";
import { findExecutable, isExecutable } from "../../media/worker/system-packages.mjs";
import { hashFiles, isStamped, writeStamp } from "./stamp.mjs";

/**
 * Runs `npm install --no-save` when what is installed differs from the lockfile, and then compares again. `npm ci`
 * would refuse a lockfile that lacks platform packages which the registry it was written with does not carry.
 */
export async function ensureNpmPackages(root, { progress }) {
  const hash = `${await hashFiles(root, ["package.json", "package-lock.json"])} ${process.platform} ${process.arch}`;
  if ((await isStamped(root, "npm", hash)) && (await isExecutable(nodeBinPath(root)))) return;
  const locked = await readLockfile(root);
  if ((await findMissing(root, locked)).length > 0) {
    progress("npm install");
    await installFromLockfile(root, progress);
    requireComplete(await findMissing(root, locked));
  }
  if (!(await isExecutable(nodeBinPath(root)))) {
    throw new SetupError("The npm package `node`, which brings Node 24, is not installed properly", {
      why: `There is no executable at ${nodeBinPath(root)}; npm may have been told to skip install scripts.`,
      advice: "Run: npm rebuild node --ignore-scripts=false",
    });
  }
  await writeStamp(root, "npm", hash);
}

function requireComplete(/** @type {string[]} */ missing) {
  if (missing.length === 0) return;
  throw new SetupError("npm did not install what package-lock.json names", {
    why: `Missing or of another version: ${missing.slice(0, 10).join(", ")}`,
    advice: "Remove the folder node_modules and run the same command again.",
  });
}

/** Node 24 of the npm package `node`: it runs the TypeScript sources as they are. */
export function nodeBinPath(/** @type {string} */ root) {
  return join(root, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
}

/**
 * Packages download more by their install scripts than is used here. Under npm 11 package.json's `allowScripts` stops
 * them, under older ones these settings do: the worker comes from media/worker/, Prisma's engine is not used.
 */
export const INSTALL_ENVIRONMENT = {
  MEDIASOUP_WORKER_BIN: process.execPath,
  PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  PRISMA_SKIP_POSTINSTALL_GENERATE: "1",
  SKIP_FFMPEG: "true",
};

async function installFromLockfile(root, progress) {
  const [command, ...prefix] = await findNpm(root);
  const onLine = (/** @type {string} */ line) => {
    const [, amount] = line.match(/^added (\d+) packages/) ?? [];
    if (amount) progress(`npm install: ${amount} packages`);
  };
  try {
    await runCommand(
      command,
      [...prefix, "install", "--no-save", "--include=dev", "--no-audit", "--no-fund"],
      {
        cwd: root,
        env: { ...process.env, ...INSTALL_ENVIRONMENT, PATH: pathWithoutModules(root) },
        onLine,
      },
    );
  } catch (error) {
    throw new SetupError("npm could not install the packages of package-lock.json", {
      why: [error.message, error.output].filter(Boolean).join("\n"),
      advice: "Check that npm's registry can be reached (npm ping), then run the same command again.",
      cause: error,
    });
  }
}

/**
 * The npm that started this, run by a Node outside node_modules: `npm ci` deletes the one inside.
 * @returns {Promise<string[]>} command and first arguments
 */
async function findNpm(root) {
  const ownNode = process.execPath.startsWith(join(root, "node_modules") + sep)
    ? pathWithoutModules(root)
        .split(delimiter)
        .map((folder) => join(folder, "node"))
    : [process.execPath];
  const script = process.env.npm_execpath;
  if (script?.endsWith(".js")) {
    for (const node of ownNode) if (await isExecutable(node)) return [node, script];
  }
  const npm = await findExecutable("npm");
  if (npm === null) {
    throw new SetupError("npm was not found", {
      why: "It is not on PATH.",
      advice: "Install Node with npm.",
    });
  }
  return [npm];
}

function pathWithoutModules(root) {
  const modules = join(root, "node_modules");
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.startsWith(modules))
    .join(delimiter);
}

/** @throws {SetupError} when package.json asks for something else than the lockfile was made for */
async function readLockfile(root) {
  const read = async (/** @type {string} */ path) => JSON.parse(await readFile(join(root, path), "utf8"));
  const [manifest, lockfile] = await Promise.all([read("package.json"), read("package-lock.json")]);
  const wanted = listDependencies(manifest);
  if (wanted !== listDependencies(lockfile.packages[""])) {
    throw new SetupError("package.json and package-lock.json name different packages", {
      why: "One of them was changed without the other.",
      advice: "Run: npm install",
    });
  }
  return lockfile.packages;
}

function listDependencies({ dependencies = {}, devDependencies = {}, optionalDependencies = {} }) {
  const entries = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Compares with the list that npm keeps in node_modules, so that an install by hand counts. */
async function findMissing(root, locked) {
  const text = await readFile(join(root, "node_modules", ".package-lock.json"), "utf8").catch(() => null);
  return findDifferences(locked, text === null ? {} : JSON.parse(text).packages);
}

/** Folders whose package is missing or of another version; `locked` and `installed` are lockfiles' `packages`. */
export function findDifferences(locked, installed) {
  const differing = Object.entries(locked).filter(([path, wanted]) => {
    const found = installed[path];
    if (path === "") return false;
    if (found) return found.version !== wanted.version || found.integrity !== wanted.integrity;
    return !wanted.optional || isMeantForHere(wanted);
  });
  return differing.map(([path]) => path);
}

/** Whether an optional package names this platform; without naming one, or by a C library, nobody can tell. */
function isMeantForHere({ os, cpu, libc }) {
  if (!os || !cpu || libc) return false;
  return os.includes(process.platform) && cpu.includes(process.arch);
}
