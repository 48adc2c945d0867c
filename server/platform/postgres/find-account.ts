import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";

/** The unprivileged user that PostgreSQL runs as when Torilla runs as root, which PostgreSQL refuses to. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/**
 * `null` unless this process is root: PostgreSQL then simply runs as the same user. A cluster that is there keeps
 * its owner. @throws Error with a sentence
 */
export function findAccount(clusterDir: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { name: String(owner.uid), uid: owner.uid, gid: owner.gid };
  for (const name of ["torilla", "postgres", "nobody"]) {
    const uid = idOf("-u", name);
    const gid = idOf("-g", name);
    if (uid !== null && gid !== null && uid !== 0) return { name, uid, gid };
  }
  throw new Error(
    "PostgreSQL does not run as root, and this machine has no user postgres or nobody. Start Torilla as an ordinary user, or set DATABASE_URL.",
  );
}

/** Whether `account` may enter `folder`, all folders above it included. */
export function canEnter(account: Account, folder: string): boolean {
  const { uid, gid } = account;
  return (
    spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", folder], { uid, gid, cwd: "/", stdio: "ignore" })
      .status === 0
  );
}

function idOf(flag: "-u" | "-g", name: string): number | null {
  try {
    return Number(
      execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch {
    return null;
  }
}
