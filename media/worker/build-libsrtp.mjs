// libsrtp 2 with OpenSSL's ciphers, out of the distribution's source package. Debian's binary package uses NSS and
// takes 10.7 µs for a packet of AES-CM-128-HMAC-SHA1-80 where OpenSSL takes 1.2 (measured on 2 cores, 2026-11).
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { runCommand } from "./run-command.mjs";

const SOURCES_DIR = "/etc/apt/sources.list.d";

/**
 * Fetches, configures and builds it in `workDir`, unless an interrupted build left it there complete. No root needed: apt gets lists and cache folders of its own, so the
 * system's package sources stay as they are.
 * @param {{ workDir: string, progress: (text: string) => void }} options
 * @returns {Promise<string>} the prefix that holds `lib/libsrtp2.a` and `include/srtp2/`
 * @throws {CommandError | Error} where there is no apt, no source package, or it does not build
 */
export async function buildLibsrtp({ workDir, progress }) {
  const dir = join(workDir, "libsrtp");
  const prefix = join(dir, "out");
  const complete = join(prefix, "complete");
  if ((await readFile(complete, "utf8").catch(() => null)) !== null) return prefix;
  await rm(dir, { recursive: true, force: true });
  await mkdir(join(dir, "lists", "partial"), { recursive: true });
  await mkdir(join(dir, "cache"));
  const aptOptions = await writeAptOptions(dir);

  progress("fetching the source of libsrtp");
  const apt = (...args) => runCommand("apt-get", [...aptOptions, ...args], { cwd: dir, timeoutMs: 180_000 });
  await apt("update");
  await apt("source", "--download-only", "libsrtp2");
  const description = (await readdir(dir)).find((name) => name.endsWith(".dsc"));
  if (!description) throw new Error("apt-get source brought no libsrtp2");
  await runCommand("dpkg-source", ["-x", description, "src"], { cwd: dir });

  progress("compiling libsrtp");
  const src = join(dir, "src");
  const env = { ...process.env, CFLAGS: "-O3 -fPIC" };
  await runCommand("./configure", ["--enable-openssl", `--prefix=${prefix}`], { cwd: src, env });
  const config = await readFile(join(src, "crypto", "include", "config.h"), "utf8");
  if (!/^#define OPENSSL 1/m.test(config)) throw new Error("libsrtp was configured without OpenSSL");
  await runCommand("make", [`-j${availableParallelism()}`, "libsrtp2.a"], { cwd: src });
  await runCommand("make", ["install"], { cwd: src });
  await writeFile(complete, "");
  return prefix;
}

/** The distribution's own package sources, as `deb-src`, in a file that only this call of apt reads. */
async function writeAptOptions(dir) {
  const codename = (await readFile("/etc/os-release", "utf8")).match(/^VERSION_CODENAME=(\S+)/m)?.[1];
  if (!codename) throw new Error("the distribution has no code name in /etc/os-release");
  const names = (await readdir(SOURCES_DIR).catch(() => [])).filter((name) => /\.(sources|list)$/.test(name));
  const files = [...names.map((name) => join(SOURCES_DIR, name)), "/etc/apt/sources.list"];
  const parts = join(dir, "parts");
  await mkdir(parts);
  let found = 0;
  for (const file of files) {
    const text = await readFile(file, "utf8").catch(() => "");
    const source = file.endsWith(".sources")
      ? toSourceStanzas(text, codename)
      : toSourceLines(text, codename);
    if (source === "") continue;
    await writeFile(join(parts, `${found}${file.endsWith(".sources") ? ".sources" : ".list"}`), source);
    found += 1;
  }
  if (found === 0) throw new Error(`no package source of ${codename} in /etc/apt`);
  const options = {
    "Dir::Etc::SourceList": "/dev/null",
    "Dir::Etc::SourceParts": parts,
    "Dir::State::Lists": join(dir, "lists"),
    "Dir::Cache": join(dir, "cache"),
    "APT::Sandbox::User": "",
    "Acquire::Retries": "2",
    "Acquire::http::Timeout": "20",
  };
  return Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** The stanzas (deb822) of `codename` and its updates, with `deb-src` for `deb`. Others' repositories are left out. */
export function toSourceStanzas(text, codename) {
  const stanzas = text
    .replace(/^#.*\n/gm, "")
    .split(/\n\s*\n/)
    .filter((stanza) => new RegExp(`^Suites:.*\\b${codename}\\b`, "m").test(stanza))
    .filter((stanza) => hasOnlySuitesOf(stanza.match(/^Suites:(.*)$/m)?.[1] ?? "", codename));
  return stanzas.map((stanza) => `${stanza.replace(/^Types:.*$/m, "Types: deb-src").trim()}\n`).join("\n");
}

/** The same for one-line sources (`deb [options] uri suite components`). */
export function toSourceLines(text, codename) {
  const lines = text.match(/^deb\s.*$/gm) ?? [];
  const own = lines.filter((line) => {
    const suite =
      line
        .replace(/\[[^\]]*\]/, "")
        .trim()
        .split(/\s+/)[2] ?? "";
    return hasOnlySuitesOf(suite, codename);
  });
  return own.map((line) => `${line.replace(/^deb\b/, "deb-src")}\n`).join("");
}

function hasOnlySuitesOf(suites, codename) {
  const names = suites.trim().split(/\s+/);
  return names.every((name) => name === codename || name.startsWith(`${codename}-`));
}
