import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

interface Import {
  from: string;
  /** Path below the root, or the package's name. */
  to: string;
  isPackage: boolean;
}

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|tsx|mts)$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("node_modules") && !file.includes("/dist/"));
}

function importsOf(file: string): Import[] {
  const source = readFileSync(join(root, file), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
  return [...source.matchAll(IMPORT)].map(([, statement, call]) => {
    const name = statement ?? call ?? "";
    if (!name.startsWith(".")) return { from: file, to: packageOf(name), isPackage: true };
    return { from: file, to: relative(root, join(root, dirname(file), name)), isPackage: false };
  });
}

function packageOf(name: string): string {
  if (name.startsWith("node:")) return name;
  return name
    .split("/")
    .slice(0, name.startsWith("@") ? 2 : 1)
    .join("/");
}

const all = ["server", "media", "client/src"].flatMap(filesOf).flatMap(importsOf);
const from = (folder: string) => all.filter((one) => one.from.startsWith(folder));
const say = (imports: Import[]) => imports.map((one) => `${one.from} → ${one.to}`);

test("there are imports to look at", () => {
  expect(all.length).toBeGreaterThan(100);
});

test("the contract knows zod and itself", () => {
  const wrong = from("server/contract/").filter((one) =>
    one.isPackage ? one.to !== "zod" : !one.to.startsWith("server/contract/"),
  );
  expect(say(wrong)).toEqual([]);
});

test("a feature knows no other feature and nothing of what composes it", () => {
  const wrong = from("server/features/").filter(({ from: file, to, isPackage }) => {
    if (isPackage || file === "server/features/mounted.ts") return false;
    const [, , feature] = file.split("/");
    if (to.startsWith("server/features/")) return to.split("/")[2] !== feature;
    return !/^(?:server\/(?:contract|platform)\/|gen\/)/.test(to);
  });
  expect(say(wrong)).toEqual([]);
});

test("the platform knows no feature", () => {
  const wrong = from("server/platform/").filter(
    ({ to, isPackage }) =>
      !isPackage && !/^(?:server\/(?:contract|platform)\/|server\/config\.ts|gen\/)/.test(to),
  );
  expect(say(wrong)).toEqual([]);
});

test("media know the contract and themselves, neither the server's libraries nor its features", () => {
  const banned = new Set(["express", "socket.io", "@prisma/client", "@prisma/adapter-pg", "pg", "react"]);
  const wrong = from("media/").filter(({ to, isPackage }) =>
    isPackage ? banned.has(to) : !/^(?:media\/|server\/contract\/|server\/config\.ts$)/.test(to),
  );
  expect(say(wrong)).toEqual([]);
});

test("native media code runs in the mixer's kind of process only", () => {
  const wrong = all.filter(
    ({ from: file, to }) => to === "node-av" && !/^media\/(?:mixer|convert|ingest)\//.test(file),
  );
  expect(say(wrong)).toEqual([]);
});

test("the client knows the contract and itself", () => {
  const banned = /^(?:node:|express$|socket\.io$|@prisma\/|pg$|mediasoup$|pino)/;
  const wrong = from("client/src/").filter(({ to, isPackage }) =>
    isPackage ? banned.test(to) : !/^(?:client\/|server\/contract\/)/.test(to),
  );
  expect(say(wrong)).toEqual([]);
});

test("in the client ui knows no feature, features not the app, room and player no React", () => {
  const wrong = [
    ...from("client/src/ui/").filter(({ to }) => /^client\/src\/(?:features|app)\//.test(to)),
    ...from("client/src/features/").filter(({ to }) => to.startsWith("client/src/app/")),
    ...[...from("client/src/room/"), ...from("client/src/player/")].filter(({ to }) =>
      /^(?:react$|react-)/.test(to),
    ),
  ];
  expect(say(wrong)).toEqual([]);
});

test("only the settings read the environment", () => {
  const allowed = new Set(["server/config.ts", "media/config.ts"]);
  const readers = ["server", "media"]
    .flatMap(filesOf)
    .filter(
      (file) =>
        !allowed.has(file) &&
        /process\.env(?:\[|\.(?!PATH\b|TMPDIR\b))/.test(readFileSync(join(root, file), "utf8")),
    );
  expect(readers).toEqual([]);
});
