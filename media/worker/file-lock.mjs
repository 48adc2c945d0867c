// A lock between processes, perhaps of several machines on one home folder: a file whose owner touches it.
import { mkdir, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const HEARTBEAT_MS = 5_000;
const STALE_AFTER_MS = 30_000;
const POLL_MS = 500;

/**
 * Runs `work` while no other process holds the lock at `path`. A lock whose owner died is taken over: at once on the
 * same machine, else when it was not touched for `STALE_AFTER_MS`.
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (owner: string) => void }} [options] `onWait` is called once, when somebody else holds it.
 * @returns {Promise<T>}
 */
export async function withFileLock(path, work, { onWait } = {}) {
  await mkdir(dirname(path), { recursive: true });
  let hasWaited = false;
  while (!(await tryAcquire(path))) {
    const owner = await findOwner(path);
    if (owner === null) continue;
    if (owner.isStale) {
      await takeAway(path);
      continue;
    }
    if (!hasWaited) onWait?.(`process ${owner.pid} on ${owner.host}`);
    hasWaited = true;
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function tryAcquire(path) {
  try {
    const file = await open(path, "wx");
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await file.close();
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** `null`: the lock is gone by now. An empty one is being written: process 0 counts as alive, its age decides. */
async function findOwner(path) {
  try {
    const { mtimeMs } = await stat(path);
    const isOld = Date.now() - mtimeMs > STALE_AFTER_MS;
    const { pid, host } = JSON.parse((await readFile(path, "utf8")) || '{"pid":0,"host":""}');
    return { pid, host, isStale: isOld || (host === hostname() && !isAlive(pid)) };
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Renamed first, so that of several who find it stale one removes it. */
async function takeAway(path) {
  const aside = `${path}.stale-${process.pid}-${Date.now()}`;
  try {
    await rename(path, aside);
    await rm(aside, { force: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}
