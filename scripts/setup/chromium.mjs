// The browser of the end-to-end tests.
import { SetupError } from "../../media/worker/setup-error.mjs";
import { findExecutable, installSystemPackages, isExecutable } from "../../media/worker/system-packages.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const MACOS_PATHS = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];
const PACKAGES = {
  apt: ["chromium", "fonts-dejavu-core", "fonts-noto-color-emoji"],
  dnf: ["chromium", "dejavu-sans-fonts", "google-noto-color-emoji-fonts"],
  brew: ["--cask", "chromium"],
};

/**
 * The path of a Chromium: `CHROMIUM_BIN`, else one that is installed, else apt installs it with fonts.
 * @throws {SetupError}
 */
export async function ensureChromium({ progress }) {
  const named = process.env.CHROMIUM_BIN;
  if (named) {
    if (await isExecutable(named)) return named;
    throw new SetupError("CHROMIUM_BIN does not name an executable", {
      why: `There is none at ${named}.`,
      advice: "Correct the setting, or unset it: an installed Chromium is then found, or installed by apt.",
    });
  }
  const found = await findChromium();
  if (found !== null) return found;
  await installSystemPackages(PACKAGES, { purpose: "run the tests in a browser", progress });
  const installed = await findChromium();
  if (installed !== null) return installed;
  throw new SetupError("Chromium was installed, but is not on PATH", {
    advice: "Name its executable in CHROMIUM_BIN.",
  });
}

async function findChromium() {
  for (const name of NAMES) {
    const path = await findExecutable(name);
    if (path !== null) return path;
  }
  for (const path of MACOS_PATHS) if (await isExecutable(path)) return path;
  return null;
}
