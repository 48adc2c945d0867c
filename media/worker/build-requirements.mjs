// What the build of mediasoup's worker needs from the operating system.

import { runCommand } from "./run-command.mjs";
import { findExecutable, installSystemPackages } from "./system-packages.mjs";

const TOOLS = ["g++", "cmake", "ninja", "pkg-config", "flatc", "make", "strip"];
const LIBRARIES = ["libssl", "libuv", "absl_strings"];

/** `dpkg-dev` unpacks the source package of libsrtp, `file` and `patch` come with it. */
export const BUILD_PACKAGES = {
  apt: [
    ...["g++", "make", "cmake", "ninja-build", "pkg-config", "dpkg-dev", "ca-certificates"],
    ...["libssl-dev", "libuv1-dev", "libabsl-dev", "flatbuffers-compiler", "libflatbuffers-dev"],
  ],
  dnf: [
    ...["gcc-c++", "make", "cmake", "ninja-build", "pkgconf-pkg-config", "openssl-devel", "libuv-devel"],
    ...["abseil-cpp-devel", "flatbuffers-compiler", "flatbuffers-devel", "libsrtp-devel"],
  ],
  brew: ["cmake", "ninja", "pkg-config", "openssl@3", "libuv", "abseil", "flatbuffers", "srtp"],
};

/**
 * Installs the tools and libraries of the build if one is missing.
 * @param {{ progress: (text: string) => void }} options
 * @throws {SetupError}
 */
export async function ensureBuildRequirements({ progress }) {
  if ((await findMissingRequirements()).length === 0) return;
  await installSystemPackages(BUILD_PACKAGES, { purpose: "build mediasoup's worker", progress });
}

/** Names of missing tools and libraries. */
export async function findMissingRequirements() {
  const tools = await Promise.all(TOOLS.map(async (name) => ((await findExecutable(name)) ? null : name)));
  const missing = tools.filter((name) => name !== null);
  if (missing.includes("pkg-config")) return [...missing, ...LIBRARIES];
  const libraries = await Promise.all(
    LIBRARIES.map(async (name) => ((await hasLibrary(name)) ? null : name)),
  );
  return [...missing, ...libraries.filter((name) => name !== null)];
}

/** Whether pkg-config knows a library's development files. */
export async function hasLibrary(/** @type {string} */ name) {
  return runCommand("pkg-config", ["--exists", name]).then(
    () => true,
    () => false,
  );
}
