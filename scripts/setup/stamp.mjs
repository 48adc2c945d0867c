// Which steps are up to date: the hash of what went into each is kept below node_modules, and goes with it.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

/**
 * sha-256 over names and contents of files and of folders' files.
 * @param {string} root
 * @param {string[]} paths relative to `root`; a missing one counts as empty
 * @param {{ ignored?: string[] }} [options] names of files and folders to leave out
 */
export async function hashFiles(root, paths, { ignored = [] } = {}) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of await listFiles(join(root, path), ignored)) {
      hash
        .update(`${relative(root, file)}\0`)
        .update(await readFile(file))
        .update("\0");
    }
  }
  return hash.digest("hex");
}

/** Whether the step `name` was last done with this hash. */
export async function isStamped(root, name, hash) {
  return (await readFile(stampPath(root, name), "utf8").catch(() => null)) === hash;
}

export async function writeStamp(root, name, hash) {
  const path = stampPath(root, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, hash);
}

function stampPath(root, name) {
  return join(root, "node_modules", ".cache", "torilla", `${name}.sha256`);
}

/** A missing path has no files. */
async function listFiles(path, ignored) {
  let entries;
  try {
    entries = await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === "ENOTDIR") return [path];
    if (error.code === "ENOENT") return [];
    throw error;
  }
  const kept = entries
    .filter((entry) => !ignored.includes(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const lists = kept.map((entry) => {
    const child = join(path, entry.name);
    return entry.isDirectory() ? listFiles(child, ignored) : entry.isFile() ? [child] : [];
  });
  return (await Promise.all(lists)).flat();
}
