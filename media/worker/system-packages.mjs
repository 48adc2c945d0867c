// Installs packages of the operating system where that needs no question, else says which command does.
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runCommand } from "./run-command.mjs";
import { SetupError } from "./setup-error.mjs";

/** The path of an executable on PATH, or `null`. */
export async function findExecutable(/** @type {string} */ name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return null;
}

export async function isExecutable(/** @type {string} */ path) {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One sentence that names the command of each package manager. `packages` has a list for each of them. */
export function describeInstall({ apt, dnf, brew }) {
  return [
    `On Debian or Ubuntu: sudo apt-get install -y ${apt.join(" ")}`,
    `On Fedora: sudo dnf install -y ${dnf.join(" ")}`,
    `On macOS: brew install ${brew.join(" ")}`,
  ].join("\n");
}

/**
 * Installs by apt as root or by a sudo that asks for no password.
 * @param {{ apt: string[], dnf: string[], brew: string[] }} packages
 * @param {{ purpose: string, progress: (text: string) => void }} options `purpose` completes "needed to …".
 * @throws {SetupError} where apt is missing, not permitted, or fails
 */
export async function installSystemPackages(packages, { purpose, progress }) {
  const advice = describeInstall(packages);
  const aptGet = await findAptGet();
  if (aptGet === null) {
    throw new SetupError(`System packages are missing that are needed to ${purpose}`, {
      why: "They can be installed by themselves only by apt as root, or with a sudo that asks no password.",
      advice,
    });
  }
  const onLine = (/** @type {string} */ line) => {
    const [, verb, name] = line.match(/^(Unpacking|Setting up) (\S+)/) ?? [];
    if (verb) progress(`${verb.toLowerCase()} ${name}`);
  };
  progress(`apt: ${packages.apt.join(" ")}`);
  try {
    // The package lists of a fresh machine may be empty or old: fetch them only when the first try fails.
    await aptGet(["install", ...packages.apt], onLine).catch(async () => {
      progress("apt: fetching package lists");
      await aptGet(["update"], onLine);
      await aptGet(["install", ...packages.apt], onLine);
    });
  } catch (error) {
    throw new SetupError(`apt could not install what is needed to ${purpose}`, {
      why: error.output ?? error.message,
      advice,
      cause: error,
    });
  }
}

/** A function that runs apt-get with rights to install, or `null` where there is no such right. */
async function findAptGet() {
  if ((await findExecutable("apt-get")) === null) return null;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) {
    const sudo = await runCommand("sudo", ["-n", "true"], { timeoutMs: 5_000 }).catch(() => null);
    if (sudo === null) return null;
  }
  const quiet = [
    "-y",
    "--no-install-recommends",
    "-o",
    "DPkg::Lock::Timeout=300",
    "-o",
    "Acquire::Retries=3",
  ];
  const prefix = isRoot ? [] : ["sudo", "-n"];
  return (/** @type {string[]} */ args, /** @type {(line: string) => void} */ onLine) => {
    const [command, ...rest] = [
      ...prefix,
      "env",
      "DEBIAN_FRONTEND=noninteractive",
      "apt-get",
      ...quiet,
      ...args,
    ];
    return runCommand(command, rest, { onLine });
  };
}
